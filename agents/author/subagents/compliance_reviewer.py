"""The Compliance Reviewer: a model reviews the texts that passed the rules. It can hold or strip with a reason, never approve."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from agents.author.subagents.schemas import TEXT, closed, listed, one_of
from agents.author.subagents.subagent import Assignment, Subagent, objects_in, text_in, texts_in
from agents.model.question import Block
from agents.model.toolbox import Agent
from store.domain.grounding.compliance import EarlierAdvice, ReviewVerdict, Ruling, Text, Texts
from store.domain.memory.pieces import safe
from store.domain.text.wording import one_line

REVIEWER = Subagent(
    agent=Agent.COMPLIANCE_REVIEWER,
    schema=closed(
        verdicts=listed(
            recommendation=TEXT,
            verdict=one_of(*Ruling),
            strip={"type": "array", "items": one_of(*Text)},
            reason=TEXT,
        )
    ),
    max_tokens=800,
    seconds=15.0,
)
UNREAD = ReviewVerdict(ruling=Ruling.HOLD, reason="The reviewer gave no verdict.")


async def review(
    asking: Assignment, texts: Mapping[str, Texts], earlier: Sequence[EarlierAdvice]
) -> dict[str, ReviewVerdict]:
    """The reviewer's verdict on each of these texts by id. A text without a verdict is held.

    Raises: ModelUnavailable, BudgetSpent.
    """
    given = [{"id": key, **{str(name): text for name, text in each.items()}} for key, each in texts.items()]
    before = [{"title": one_line(safe(each.title)), "state": each.state} for each in earlier]
    answer = await asking.ask(REVIEWER, Block("recommendations", {"recommendations": given, "earlier": before}))
    verdicts = dict.fromkeys(texts, UNREAD)
    for each in objects_in(answer.value, "verdicts"):
        if (key := text_in(each, "recommendation")) in verdicts and verdicts[key] is UNREAD:
            verdicts[key] = _verdict(text_in(each, "verdict"), texts_in(each, "strip"), text_in(each, "reason"))
    return verdicts


def _verdict(ruling: str, strip: Sequence[str], reason: str) -> ReviewVerdict:
    if ruling not in set(Ruling):
        return UNREAD
    named = frozenset(Text(each) for each in strip if each in set(Text))
    if ruling == Ruling.STRIP and not named:
        named = frozenset(Text)  # it strips a sentence without naming it
    said = one_line(safe(reason, limit=600), limit=300)
    return ReviewVerdict(ruling=Ruling(ruling), strip=named if ruling != Ruling.PASS else frozenset(), reason=said)

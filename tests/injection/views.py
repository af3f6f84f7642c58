"""Every view with an attack string in each of its texts, as data: briefs, reviews, Home, modals, choices, answers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from bot.views import (
    adjust_proposal,
    home,
    read_proposal,
    reject_proposal,
    replies,
    report,
    review,
    team,
    which_account,
    why,
)
from bot.views.brief import brief_messages
from bot.views.text import continues, markdown, unbroken
from integrations.sandbox.slack.blockkit import message_problems, view_problems
from store.domain.brief.brief import Brief
from store.domain.brief.for_you import ForYou
from store.domain.brief.team import Cover, Member, Team, TeamRisk
from store.domain.gate.proposals import State
from store.domain.signals.kinds import Risk
from tests.bot import samples
from tests.injection.judge import Verdict
from tests.injection.shown import foreign_links, hidden_characters, live_mentions, texts_of

WRITES = (samples.task, samples.note, samples.update)


def judge_views(texts: Sequence[str], verdict: Verdict) -> None:
    for number, text in enumerate(texts):
        for payload in rendered(text, number):
            if "markdown_text" not in payload:
                verdict.add(
                    "refused_by_slack", view_problems(payload) if "type" in payload else message_problems(payload)
                )
            for shown in texts_of("", payload):
                verdict.texts_shown += 1
                verdict.add("live_mentions", live_mentions(shown))
                verdict.add("foreign_links", foreign_links(shown))
                verdict.add("hidden_characters", hidden_characters(shown))


def streamed(text: str, *, step: int) -> Iterator[str]:
    """The pieces that are sent of a text which grows by so many characters at a time."""
    shown = ""
    for end in (*range(step, len(text), step), len(text)):
        grown = unbroken(text[:end]) if end < len(text) else text
        if grown != shown and continues(shown, grown):
            yield markdown(grown[len(shown) :])
            shown = grown


def rendered(text: str, number: int = 0) -> Iterator[dict[str, Any]]:
    """Messages (text and blocks) and views. Which write and state they show goes around with `number`."""

    def says(_: str) -> str:
        return text

    write, state = WRITES[number % len(WRITES)], list(State)[number % len(State)]
    brief, proposals = samples.morning(cards=1, state=state, text=says)
    reader = replace(samples.READER, names={samples.OWNER: text, samples.MANAGER: text})
    brief = replace(brief, for_you=(_decided_for_them(text),))
    parts = brief_messages(brief, proposals, links=samples.LINKS, names=reader.names, tz=samples.TZ, now=samples.NOW)
    parts += review.review_messages(replace(brief, cards=(), overview=(text,)), proposals, reader=reader)
    parts += team.team_messages(
        _of_a_team(brief, text), proposals, reader=reader, waiting={samples.OWNER: list(proposals.values())}
    )
    yield from ({"text": part.text, "blocks": part.blocks} for part in parts)
    waiting = samples.proposal(1, samples.advice(write(says), says), text=says)
    recent = samples.proposal(2, samples.advice(write(says), says), state=state, text=says)
    yield home.home_view(pending=[waiting], recent=[recent], next_brief_at=samples.NOW, reader=reader)
    yield report.report_modal(report.Report(person_id="1", name=text, pending=[waiting], decided=[recent]), reader)
    yield adjust_proposal.adjust_modal(waiting, people=[(samples.OWNER, text)], choices={})
    yield reject_proposal.reject_modal(waiting)
    yield read_proposal.read_modal(waiting, reader)
    yield why.why_modal(brief.cards[0], proposals, reader)
    yield replies.sentence_modal(replies.second_click(recent, reader))
    pieces = list(streamed(text, step=1 + number % 7))
    yield from ({"markdown_text": each} for each in (*pieces, "".join(pieces)) if each)
    yield {"text": "Which?", "blocks": which_account.choice_blocks(text, [("41", text), ("42", text)])}
    yield {"text": "Answer", "blocks": replies.answer_blocks(text, [samples.source(1, says)], reader)}


def _of_a_team(brief: Brief, text: str) -> Brief:
    """The same text about a manager's team."""
    ids = tuple(each for card in brief.cards for each in card.proposal_ids)
    risk = TeamRisk(
        account_id="41", account_name=text, owner_id=samples.OWNER, risk=Risk.HIGH, amount=1.0, open_money=text, statement=text
    )  # fmt: skip
    away = Cover(person_id=samples.OWNER, until=samples.NOW, delegate_id=samples.MANAGER)
    member = Member(person_id=samples.OWNER, proposal_ids=ids, decided_ids=ids)
    told = Team(members=(member,), since=brief.local_date, risks=(risk,), away=(away,))
    return replace(brief, kind="team", owner_name=text, team=told)


def _decided_for_them(text: str) -> ForYou:
    return ForYou(account_id="41", account_name=text, proposal_id=f"{0:032x}", by=samples.MANAGER)

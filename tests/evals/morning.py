"""One run: a company's morning is written and read, and what came of it is counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from agents.author.subagents.compliance_reviewer import review
from agents.author.subagents.subagent import Assignment
from agents.model.question import Scope
from bot.demo.demo import slack_users
from bot.wiring.resources import Services
from integrations.sandbox.world import build_world
from store.domain.brief.brief import PLAYBOOK, Brief
from store.domain.grounding.compliance import Ruling, Texts
from store.domain.grounding.sentences import sentences_of
from tests.evals.labelled import CASES
from tests.flows.authored import brief_of, texts_of
from tests.flows.company import FIRST_NIGHT, TUESDAY
from tests.flows.stage import MORNING, NIGHT, stage


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """`written` of so many `accounts` came in a model's words, `summed_up` of them with a summary. `sentences` went out and
    `struck` did not, `unresolved` of them for a citation of what there is not. `judged` are the reviewer's cases, `misjudged`
    the names of those it got wrong."""

    author: str
    accounts: int
    written: int
    summed_up: int
    sentences: int
    struck: int
    unresolved: int
    judged: int
    misjudged: tuple[str, ...]
    tokens: int
    usd: float

    @property
    def figures(self) -> Mapping[str, Any]:
        return asdict(self)


async def run(
    home: Path, settings: Mapping[str, Any], *, owners: int = 2, accounts: int = 20, seed: int = 11
) -> Report:
    """`settings` say which Claude writes."""
    world = build_world(seed=seed, owners=owners, accounts_per_owner=accounts, end=TUESDAY)
    url = f"sqlite+aiosqlite:///{home / 'evals.db'}"
    async with stage(url, home, of=world.company, people=slack_users(world.company), **settings) as made:
        assert await made.look(FIRST_NIGHT)
        assert await made.look(NIGHT)
        made.clock.moment = MORNING
        services = made.bot.services
        async with services.database.reading() as tx:
            owning = sorted(await tx.snapshots.owner_ids())
        await made.bot.jobs.mornings(owning)
        briefs = [await brief_of(made, owner) for owner in owning]
        misjudged = await _misjudged(services)
        return await _report(services, briefs, misjudged)


async def _misjudged(services: Services) -> tuple[str, ...]:
    """Each case by itself, so that none gives a hint of another."""
    desk = services.models
    assert desk is not None
    wrong = []
    for case in CASES:
        scope = Scope(trace=f"evals: {case.name}", owner_id="evals", account_id=case.name)
        asking = Assignment(model=desk.claude, name=desk.names.strong, scope=scope)
        texts: dict[str, Texts] = {"R1": case.texts}
        verdict = (await review(asking, texts, ()))["R1"]
        if (verdict.ruling is Ruling.PASS) is not case.passes:
            wrong.append(case.name)
    return tuple(wrong)


async def _report(services: Services, briefs: list[Brief], misjudged: tuple[str, ...]) -> Report:
    cards = [card for brief in briefs for card in brief.cards if card.recommendations]
    written = [card for card in cards if card.author != PLAYBOOK]
    texts = [text for card in written for advice in card.recommendations for text in texts_of(advice)]
    texts += [card.summary.text for card in written if card.summary]
    struck = [each for card in cards for each in card.struck]
    desk = services.models
    assert desk is not None
    spent = await desk.budget.spent(Scope(trace="evals", owner_id="evals"))
    return Report(
        author=" · ".join(dict.fromkeys(brief.author for brief in briefs)),
        accounts=len(cards),
        written=len(written),
        summed_up=sum(card.summary is not None for card in written),
        sentences=sum(len(sentences_of(line)) for text in texts for line in text.splitlines()),
        struck=len(struck),
        unresolved=sum(each.reason.startswith("It cites “") for each in struck),
        judged=len(CASES),
        misjudged=misjudged,
        tokens=spent.day.tokens,
        usd=round(spent.day.usd, 4),
    )

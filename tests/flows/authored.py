"""A stage on which Claude writes, and a judge of what went out that shares no line with the code that checks it."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Any

from integrations.sandbox.claude import Character, ClaudeSandbox
from store.domain.brief.brief import Brief, Card
from store.domain.crm.accounts import Kind
from store.domain.crm.evidence import Evidence
from store.domain.gate.proposals import Recommendation
from store.domain.gate.writes.add_note import AddNote
from store.domain.gate.writes.create_task import CreateTask
from tests.flows.company import FIRST_NIGHT, TUESDAY
from tests.flows.openings import Opening
from tests.flows.stage import MORNING, NIGHT, Stage, stage

SMALL, STRONG = "claude-haiku-5-5", "claude-sonnet-5-5"
INVENTED = ("Halvorsen", "Strand", "Kowalski", "it is worth saying once more")


@asynccontextmanager
async def authored_stage(
    url: str, home: Path, character: str | Character = "competent", **more: Any
) -> AsyncIterator[tuple[Stage, ClaudeSandbox]]:
    """The stage after both nights, with a Claude of this character behind it."""
    claude = await ClaudeSandbox(character, clock=lambda: MORNING).start()
    try:
        settings: dict[str, Any] = {"anthropic_url": claude.url, "anthropic_api_key": claude.api_key}
        ours = more.keys().isdisjoint(("of", "people", "confirmed"))
        async with stage(url, home, opening=Opening.NIGHT if ours else None, **settings, **more) as made:
            if not ours:
                assert await made.look(FIRST_NIGHT)
                assert await made.look(NIGHT)
            yield made, claude
    finally:
        await claude.stop()


async def brief_of(made: Stage, owner_id: str, day: date = TUESDAY) -> Brief:
    async with made.bot.services.database.reading() as tx:
        found = await tx.briefs.on(owner_id, day)
        assert found is not None
        brief = await tx.briefs.get(found[0])
    assert brief is not None
    return brief


def card_of(brief: Brief, account_id: str) -> Card:
    return next(each for each in brief.cards if each.account_id == account_id)


def texts_of(recommendation: Recommendation) -> list[str]:
    write = recommendation.write
    more = [write.subject, write.description] if isinstance(write, CreateTask) else []
    more += [write.title, write.text] if isinstance(write, AddNote) else []
    return [recommendation.title, recommendation.rationale, *more, recommendation.draft_email or ""]


async def faults_in(made: Stage, brief: Brief, plain: Brief) -> list[str]:
    """Everything that went out and does not resolve or does not stand in what it rests on. `plain` is the same brief in the
    playbook's words, which may be said anyway."""
    found: list[str] = []
    for card in brief.cards:
        rules = {each.key: each for each in card_of(plain, card.account_id).recommendations}
        if card.summary is not None:
            found += [
                f"summary: {each}" for each in _beyond(card.summary.text, card.summary.evidence, [card.account_name])
            ]
            found += [f"summary rests on nothing: {card.summary.text}"] if not card.summary.evidence else []
            found += await _unresolved(made, card.summary.evidence, brief.owner_id)
        for advice in card.recommendations:
            said = texts_of(rules[advice.key])
            found += [each for text in texts_of(advice) for each in _beyond(text, advice.evidence, said)]
            found += await _unresolved(made, advice.evidence, brief.owner_id)
            found += _moved(advice, rules[advice.key])
    return found


def _beyond(text: str, evidence: Iterable[Evidence], said: Iterable[str]) -> Iterator[str]:
    """Figures in the text that stand in none of its sources, and what the sloppy character makes up."""
    sources = [*said, *(f"{each.label} {each.value} {each.record_name} {each.at:%d %b %Y}" for each in evidence)]
    known = {int(number) for source in sources for number in re.findall(r"\d+", source.replace(",", ""))}
    for number in re.findall(r"\d+", text.replace(",", "")):
        if int(number) not in known:
            yield f"{number} in “{text}”"
    for name in INVENTED:
        if name in text:
            yield f"{name} in “{text}”"


async def _unresolved(made: Stage, evidence: Iterable[Evidence], owner_id: str) -> list[str]:
    """Evidence whose record is not there, or has no such field and no such change."""
    async with made.bot.services.database.reading() as tx:
        missing = []
        for each in evidence:
            entity = await tx.snapshots.entity(each.kind, each.record_id)
            names = {field.name for field in fields(entity)} if entity is not None else set()
            if each.change_id is None and each.field not in names and each.field not in ("last_activity", "contacts"):
                missing.append(f"{each.id} does not resolve")
            if each.kind in (Kind.ACCOUNT, Kind.DEAL) and not await tx.snapshots.may_act_on(
                owner_id, each.kind, each.record_id
            ):
                missing.append(f"{each.id} is not the owner's")
    return missing


def _moved(advice: Recommendation, rules: Recommendation) -> list[str]:
    """What a model may not touch, where it was touched."""
    left = [(getattr(advice.write, name), getattr(rules.write, name)) for name in _fixed(rules)]
    same = advice.confidence == rules.confidence and advice.risk == rules.risk and advice.signals == rules.signals
    return [] if same and all(one == other for one, other in left) else [f"{advice.key} was moved"]


def _fixed(rules: Recommendation) -> list[str]:
    worded = {"subject", "description", "title", "text"}
    return [field.name for field in fields(rules.write) if field.name not in worded]

"""How many false sentences a model that mixes up true facts gets past the check, and how many true ones an honest model loses."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from bot.demo.demo import slack_users
from integrations.sandbox.claude import ClaudeSandbox
from integrations.sandbox.claude.characters.meaning import Meant
from integrations.sandbox.claude.characters.mix_up import MixUp
from integrations.sandbox.world import build_world
from store.domain.brief.brief import Brief
from store.domain.crm.accounts import Kind
from store.domain.grounding.sentences import sentences_of
from tests.bench.grounding_judge import Known, judge_any
from tests.flows.authored import brief_of, texts_of
from tests.flows.company import FIRST_NIGHT, TUESDAY
from tests.flows.stage import MORNING, NIGHT, Stage, stage
from tests.flows.talk import Talking

_FIRST_SEED = 301
_QUESTIONS = ("show me everything stalled", "why was {name} not on the list?")


@dataclass(slots=True)
class Tally:
    """`sentences` that a model wrote, those that were `kept`, the false ones among them, and the true ones that were lost.
    `honest` are those of the honest character among the true ones."""

    sentences: int = 0
    kept: int = 0
    true: int = 0
    false: int = 0
    honest: int = 0
    false_kept: list[str] = field(default_factory=list)
    true_struck: list[str] = field(default_factory=list)
    honest_struck: list[str] = field(default_factory=list)

    def figures(self) -> dict[str, Any]:
        return {
            "sentences": self.sentences,
            "kept": self.kept,
            "false": self.false,
            "false_kept": len(self.false_kept),
            "true": self.true,
            "true_struck": round(len(self.true_struck) / max(1, self.true), 4),
            "honest": self.honest,
            "honest_struck": round(len(self.honest_struck) / max(1, self.honest), 4),
            "examples": [*self.false_kept[:5], *self.true_struck[:5]],
        }


async def measure(
    *, mornings: int = 20, seed: int = _FIRST_SEED, owners: int = 2, accounts: int = 15
) -> dict[str, Any]:
    """Live so many mornings of made-up companies with each character."""
    return (await tally(mornings=mornings, seed=seed, owners=owners, accounts=accounts)).figures()


async def tally(*, mornings: int, seed: int = _FIRST_SEED, owners: int = 2, accounts: int = 15) -> Tally:
    found = Tally()
    for number in range(mornings):
        for character in ("mix-up", "competent"):
            with tempfile.TemporaryDirectory() as home:
                await _morning(Path(home), character, found, seed=seed + number, owners=owners, accounts=accounts)
    return found


async def _morning(home: Path, character: str, found: Tally, *, seed: int, owners: int, accounts: int) -> None:
    world = build_world(seed=seed, owners=owners, accounts_per_owner=accounts, end=TUESDAY)
    claude = await ClaudeSandbox(character, clock=lambda: MORNING, seed=seed).start()
    try:
        settings: dict[str, Any] = {"anthropic_url": claude.url, "anthropic_api_key": claude.api_key}
        url = f"sqlite+aiosqlite:///{home / 'bench.db'}"
        async with stage(url, home, of=world.company, people=slack_users(world.company), **settings) as made:
            assert await made.look(FIRST_NIGHT)
            assert await made.look(NIGHT)
            made.clock.moment = MORNING
            async with made.bot.services.database.reading() as tx:
                owning = sorted(await tx.snapshots.owner_ids())
            await made.bot.jobs.mornings(owning)
            briefs = [await brief_of(made, owner) for owner in owning]
            answers = await _answers(made, claude)
            if isinstance(claude.character, MixUp):
                _count(claude.character.meant, briefs, answers, await _known(made), found)
            else:
                _count_honest(briefs, found)
    finally:
        await claude.stop()


async def _answers(made: Stage, claude: ClaudeSandbox) -> list[str]:
    """The answers to each person with a brief."""
    talking = Talking(made, claude)
    found = []
    async with made.bot.services.database.reading() as tx:
        names = [
            each.name for owner in sorted(await tx.snapshots.owner_ids()) for each in await tx.snapshots.book(owner)
        ]
    for user in made.slack.workspace.installation.users:
        if not made.briefs(user.id):
            continue
        for question in _QUESTIONS:
            answer = await talking.ask(question.format(name=names[-1]), by=user.id)
            found.append(_plain(str(answer.get("text")) + str(answer.get("blocks"))))
    return found


def _count(
    meant: Sequence[Meant], briefs: Sequence[Brief], answers: Sequence[str], known: dict[str, Known], tally: Tally
) -> None:
    """Each sentence once for each account that it was written about. A true one in an answer may be struck because it doesn't
    answer the question, so only those of cards count among the true ones."""
    said = {account_id: _plain(" ".join(texts)) for account_id, texts in _published(briefs)}
    everything = " ".join(answers)
    for each in dict.fromkeys(meant):
        judges = [known[each.account_id]] if each.account_id in known else list(known.values())
        is_true = judge_any(each, judges)
        is_kept = _plain(each.text) in (said.get(each.account_id, "") if each.account_id else everything)
        tally.sentences += 1
        tally.kept += is_kept
        # A mixture may be true by chance, and no fact says so.
        is_fit = is_true and each.honest and bool(each.account_id)
        tally.true += is_fit
        tally.false += not is_true
        if is_kept and not is_true:
            tally.false_kept.append(each.text)
        if is_fit and not is_kept:
            tally.true_struck.append(each.text)


def _count_honest(briefs: Sequence[Brief], tally: Tally) -> None:
    """The honest character repeats its facts, so whatever was struck was true."""
    kept = sum(
        len(sentences_of(line)) for _, texts in _published(briefs) for text in texts for line in text.splitlines()
    )
    struck = [f"{each.text} ({each.reason})" for brief in briefs for card in brief.cards for each in card.struck]
    tally.sentences += kept + len(struck)
    tally.kept += kept
    tally.true += kept + len(struck)
    tally.honest += kept + len(struck)
    tally.true_struck += struck
    tally.honest_struck += struck


def _published(briefs: Iterable[Brief]) -> Iterable[tuple[str, list[str]]]:
    for brief in briefs:
        for card in brief.cards:
            if card.recommendations:
                texts = [text for advice in card.recommendations for text in texts_of(advice)]
                yield card.account_id, [*texts, *([card.summary.text] if card.summary else [])]


async def _known(made: Stage) -> dict[str, Known]:
    found = {}
    async with made.bot.services.database.reading() as tx:
        pipeline = await tx.sync.pipeline()
        assert pipeline is not None
        outcomes = {each.name: each.outcome for each in pipeline.stages}
        for owner in sorted(await tx.snapshots.owner_ids()):
            for facts in await tx.snapshots.book(owner):
                departed = await tx.snapshots.departed([facts.id], since=NIGHT - timedelta(days=400))
                ids = [(Kind.DEAL, each.id) for each in facts.deals]
                ids += [(Kind.CONTACT, each.id) for each in departed.get(facts.id, ())]
                changes = [change for kind, key in ids for change in await tx.changes.for_record(kind, key)]
                gone = tuple(departed.get(facts.id, ()))
                found[facts.id] = Known(facts=facts, changes=changes, departed=gone, outcomes=outcomes, now=MORNING)
    return found


def _plain(text: str) -> str:
    return " ".join(text.replace("\\n", " ").split())

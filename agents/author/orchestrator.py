"""Word a brief with a model: how much each account gets, a few at a time, before a deadline, with the playbook for the rest.

The ledger behind the model keeps every answer by its input, so repeating an interrupted morning costs nothing.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import structlog

from agents.author.depth import Depth, DepthPolicy, plan
from agents.author.dossier import dossier_of
from agents.author.one_account import AccountRun, EnrichedCard, OneAccount, kept
from agents.ports import Clock, TellStep
from store.database import Database
from store.domain.brief.brief import PLAYBOOK, Brief, Card
from store.domain.crm.accounts import AccountFacts, Pipeline
from store.domain.crm.money import Currency
from store.domain.errors import BadInput, BudgetSpent, SergasError
from store.domain.text.wording import plural

log = structlog.get_logger()

TOO_LONG = "Claude took too long."
BROKEN = "Writing this with Claude failed; the log says why."


@dataclass(slots=True)
class _Run:
    """The progress of a brief's accounts: `failures` since the last success, reasons for missing words, and the deadline."""

    until: float
    failures: int = 0
    stopped: str = ""
    reasons: list[str] = field(default_factory=list)
    gaps: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """Data from the store that a brief doesn't carry."""

    book: Mapping[str, AccountFacts]
    pipeline: Pipeline
    before: Mapping[str, Card]
    currency: Currency


class Orchestrator:
    """Satisfies `agents.ports.Enrich`."""

    def __init__(
        self,
        database: Database,
        one: OneAccount,
        clock: Clock,
        policy: DepthPolicy,
        *,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._one = one
        self._clock = clock
        self._policy = policy
        self._monotonic = monotonic

    async def __call__(self, brief: Brief, *, progress: TellStep | None = None) -> Brief:
        """The brief, with every card that the models managed to word. Never raises."""
        if not brief.cards:
            return brief
        try:
            return await self._enriched(brief, progress or _silent)
        except Exception:
            log.exception("author.failed", brief_id=brief.id)
            return replace(brief, problems=(*brief.problems, BROKEN))

    async def _enriched(self, brief: Brief, progress: TellStep) -> Brief:
        read, policy = await self._read(brief), self._policy
        seconds = policy.review_seconds if brief.kind == "review" else policy.morning_seconds
        run, turns = _Run(until=self._monotonic() + seconds), asyncio.Semaphore(policy.at_once)

        async def written(card: Card, depth: Depth) -> Card:
            async with turns:
                return await self._card(brief, card, depth, read, run, progress)

        cards = await asyncio.gather(*(written(card, depth) for card, depth in plan(brief, read.before, policy)))
        problems = (*brief.problems, *dict.fromkeys(run.gaps), *_problem(run, len(cards)))
        return replace(brief, cards=tuple(cards), author=_author(cards), problems=problems)

    async def _card(self, brief: Brief, card: Card, depth: Depth, read: _Read, run: _Run, progress: TellStep) -> Card:
        account = self._account(brief, card, read)
        if depth is Depth.NONE:
            return card
        if depth is Depth.KEPT:
            return kept(account, read.before[card.account_id])
        left = run.until - self._monotonic()
        if run.stopped or left <= 0:
            run.reasons.append(run.stopped or TOO_LONG)
            return card
        try:
            async with asyncio.timeout(min(left, self._policy.account_seconds)):
                outcome = await self._one.run(account, depth, progress=progress)
        except (SergasError, TimeoutError) as exc:
            self._noted(exc, run, brief, card)
            return card
        return self._done(outcome, run)

    def _done(self, outcome: EnrichedCard, run: _Run) -> Card:
        run.failures = 0
        run.gaps.extend(outcome.gaps)
        return outcome.card

    def _noted(self, exc: Exception, run: _Run, brief: Brief, card: Card) -> None:
        """Record why this account got no model words, and whether to try the others."""
        log.warning(
            "author.by_playbook", brief_id=brief.id, account_id=card.account_id, problem=str(exc) or "took too long"
        )
        reason = str(exc) or TOO_LONG
        if isinstance(exc, BudgetSpent):
            run.stopped = reason if exc.on != "account" else run.stopped
        elif isinstance(exc, BadInput):
            run.stopped = reason
        else:
            run.failures += 1
            run.stopped = reason if run.failures >= self._policy.patience else run.stopped
        run.reasons.append(reason)

    def _account(self, brief: Brief, card: Card, read: _Read) -> AccountRun:
        facts = read.book.get(card.account_id)
        dossier = dossier_of(
            card,
            facts,
            read.pipeline,
            owner=brief.owner_name,
            today=brief.local_date,
            now=self._clock.now(),
            currency=replace(read.currency, sign=brief.currency),
        )
        asked_by = brief.reader_id or "" if brief.kind == "review" else ""
        return AccountRun(
            card=card, dossier=dossier, facts=facts, owner_id=brief.owner_id, trace=brief.id, asked_by=asked_by
        )

    async def _read(self, brief: Brief) -> _Read:
        async with self._database.reading() as tx:
            book = {each.id: each for each in await tx.snapshots.book(brief.owner_id)}
            pipeline = await tx.sync.pipeline() or Pipeline(())
            last = await tx.briefs.recent(brief.owner_id, limit=1) if brief.kind == "morning" else []
            currency = await tx.sync.currency()
        before = {card.account_id: card for earlier in last for card in earlier.cards}
        return _Read(book=book, pipeline=pipeline, before=before, currency=currency)


async def _silent(_: str) -> None:
    """Nobody waits."""


def _author(cards: Sequence[Card]) -> str:
    """`Claude (claude-opus-5-5, claude-haiku-5-5) and playbook`."""
    named = dict.fromkeys(card.author for card in cards if card.recommendations or card.summary)
    models: dict[str, list[str]] = {}
    for each in named:
        if each != PLAYBOOK:
            who, _, model = each.partition(" (")
            models.setdefault(who, []).append(model.removesuffix(")"))
    said = [f"{who} ({', '.join(names)})" for who, names in models.items()]
    return " and ".join([*said, *([PLAYBOOK] if PLAYBOOK in named or not said else [])])


def _problem(run: _Run, cards: int) -> tuple[str, ...]:
    """One sentence on why some accounts have the playbook's words; "" if all went well."""
    if not run.reasons:
        return ()
    reason = max(set(run.reasons), key=lambda each: (run.reasons.count(each), each)).rstrip(".")
    missing = len(run.reasons)
    which = "this" if cards == 1 else "this brief" if missing == cards else f"{missing} of {plural(cards, 'account')}"
    return (f"{reason}: {which} {'is' if missing in (1, cards) else 'are'} worded by rules.",)

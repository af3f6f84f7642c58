"""Look back: the history of one account, and what the past of many says together. Whose accounts these may be is settled by
whoever calls."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta

from agents.ports import Clock
from store.database import Database
from store.domain.accounts import Pipeline
from store.domain.commitments import Commitment, commitments
from store.domain.duplicates import Duplicate, duplicate_accounts, duplicate_contacts, duplicate_notes
from store.domain.errors import NotFound
from store.domain.insight import (
    ActionPattern,
    Advice,
    SignalPattern,
    Strength,
    Touches,
    action_patterns,
    engagement,
    signal_patterns,
    strength_of,
)
from store.domain.memory import MemoryKind, Passage
from store.domain.outcomes import Outcome
from store.domain.sentiment import MoodOfPeriod, moods, trend_of

MONTH = timedelta(days=30)
YEARS = timedelta(days=730)  # how far back patterns reach
_NOTES = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """`timeline` is the latest first; periods are months, the oldest first. `outcomes` are what came of `advice`."""

    account_id: str
    account_name: str
    timeline: tuple[Passage, ...]
    engagement: tuple[Touches, ...]
    moods: tuple[MoodOfPeriod, ...]
    mood_says: str
    commitments: tuple[Commitment, ...]
    strength: Strength
    advice: tuple[Advice, ...]
    outcomes: tuple[Outcome, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Insights:
    """`accounts` is how many were looked at; every pattern has its own counts."""

    accounts: int
    signals: tuple[SignalPattern, ...]
    actions: tuple[ActionPattern, ...]


class LookBack:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def history(
        self, account_id: str, *, days: int = 90, kinds: Collection[MemoryKind] = (), limit: int = 50, page: int = 0
    ) -> History:
        """Raises: NotFound."""
        now = self._clock.now()
        since = now - timedelta(days=days)
        periods = max(2, -(-days // MONTH.days))
        async with self._database.reading() as tx:
            facts = await tx.snapshots.account_facts(account_id)
            if facts is None:
                raise NotFound("There is no such account.")
            timeline = await tx.memory.timeline(account_id, since=since, kinds=kinds, limit=limit, page=page)
            notes = await tx.memory.timeline(
                account_id, since=now - periods * MONTH, kinds=[MemoryKind.NOTE], limit=_NOTES
            )
            advice = await tx.outcomes.advice([account_id], since=now - YEARS)
            outcomes = await tx.outcomes.of([each.proposal_id for each in advice])
        moods_then = moods(notes, now=now, period=MONTH, periods=periods)
        return History(
            account_id=account_id,
            account_name=facts.name,
            timeline=tuple(timeline),
            engagement=engagement(facts, now=now, period=MONTH, periods=periods),
            moods=moods_then,
            mood_says=trend_of(moods_then),
            commitments=commitments(
                facts.notes, facts.activities, now=now, names=[each.name for each in facts.contacts]
            ),
            strength=strength_of(facts, now=now),
            advice=tuple(advice),
            outcomes=tuple(outcomes[each.proposal_id] for each in advice if each.proposal_id in outcomes),
        )

    async def insights(self, account_ids: Sequence[str]) -> Insights:
        """Which signals came before losses, and which actions before things improved, on these accounts."""
        since = self._clock.now() - YEARS
        async with self._database.reading() as tx:
            advice = await tx.outcomes.advice(account_ids, since=since)
            pipeline = await tx.sync.pipeline() or Pipeline(())
            closings = await tx.outcomes.closings(account_ids, pipeline, since=since)
        return Insights(
            accounts=len(account_ids), signals=signal_patterns(advice, closings), actions=action_patterns(advice)
        )

    async def duplicates(self, owner_id: str) -> tuple[Duplicate, ...]:
        """Among the accounts of one owner and what hangs on them; nothing is merged."""
        async with self._database.reading() as tx:
            book = await tx.snapshots.book(owner_id)
        whole = [facts for facts in book if facts.account and not facts.partial]
        return (
            *duplicate_accounts([facts.account for facts in whole if facts.account]),
            *duplicate_contacts([each for facts in whole for each in facts.contacts if each.account_id == facts.id]),
            *duplicate_notes([each for facts in whole for each in facts.notes]),
        )

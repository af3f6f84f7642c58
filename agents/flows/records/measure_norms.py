"""Measure the company's pace and habits from the CRM as last read: once a day, for all owners together."""

from __future__ import annotations

from datetime import timedelta
from time import perf_counter

import structlog

from agents.ports import Clock
from store.database import Database
from store.domain.crm.accounts import Pipeline
from store.domain.signals.norms import Norms
from store.domain.signals.pace import gaps_of, imported_days, stays_of
from store.domain.signals.use import uses_of

log = structlog.get_logger()

# Less than a day, so that every morning's first read of the CRM is followed by a measurement.
EVERY = timedelta(hours=20)


class MeasureNorms:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def __call__(self) -> Norms:
        """Measure if the last time is long enough ago. Returns the norms in force. Raises: StoreUnavailable."""
        now, began = self._clock.now(), perf_counter()
        async with self._database.reading() as tx:
            last = await tx.norms.last()
            if last.measured_at is not None and last.measured_at <= now < last.measured_at + EVERY:
                return last
            pipeline = await tx.sync.pipeline() or Pipeline(())
            watched_since = last.watched_since or await tx.sync.first_success() or now
            won = await tx.norms.won_deals(pipeline)
            habits = await tx.norms.habits(pipeline, now=now)
            measured = Norms(
                measured_at=now,
                watched_since=watched_since,
                stays=stays_of(won),
                gaps=gaps_of(won),
                uses=uses_of(habits, now=now, watched=now - watched_since),
                imported={kind: imported_days(days) for kind, days in (await tx.norms.created()).items()},
            )
        async with self._database.transaction() as tx:
            await tx.norms.keep(measured, now)
        log.info("norms.measured", won_deals=len(won), seconds=round(perf_counter() - began, 3))
        return measured

"""Delete what the pilot's figures no longer need: signs that people looked at their briefs, and surveys."""

from __future__ import annotations

from datetime import timedelta

import structlog

from agents.ports import Clock
from store.database import Database

log = structlog.get_logger()


class PurgePilot:
    def __init__(self, database: Database, clock: Clock, *, keep: timedelta) -> None:
        self._database = database
        self._clock = clock
        self._keep = keep

    async def __call__(self) -> int:
        """Delete whatever is older than it is kept; return how many rows. Raises: StoreUnavailable."""
        before = self._clock.now() - self._keep
        async with self._database.transaction() as tx:
            gone = await tx.openings.purge(before) + await tx.surveys.purge(before)
        if gone:
            log.info("pilot.purged", rows=gone)
        return gone

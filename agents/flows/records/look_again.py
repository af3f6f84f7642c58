"""Read quarantined records again at each read: the missing part may come without an edit of the record."""

from __future__ import annotations

from datetime import datetime

from agents.flows.records.keep_records import KeepRecords
from agents.ports import Clock, Crm
from store.database import Database
from store.domain.crm.accounts import Kind
from store.domain.crm.settle import USER

AT_ONCE = 500  # records


class LookAgain:
    def __init__(self, database: Database, crm: Crm, clock: Clock, keep: KeepRecords) -> None:
        self._database = database
        self._crm = crm
        self._clock = clock
        self._keep = keep

    async def __call__(self, *, before: datetime) -> int:
        """Look at those not seen since, the longest unseen first; return how many changes were new. Raises: CrmError."""
        async with self._database.reading() as tx:
            due = await tx.quarantine.longest_unseen(before=before, limit=AT_ONCE)
        found, now = 0, self._clock.now()
        for kind in map(Kind, due.keys() - {USER}):
            found += await self._keep(kind, await self._crm.records(kind, due[kind]), seen_at=now)
            async with self._database.transaction() as tx:
                await tx.quarantine.look(kind, due[kind], now)
        return found

"""Reading the CRM as a job: one read at a time; a failure is logged and mentioned in the next brief."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import datetime

from agents.flows.records.sync_accounts import SyncAccounts
from bot.jobs.work import Ending, Engine, Failed, Steps, Work, reporting
from store.domain.crm.accounts import Stream

GATHER_SECONDS = 20.0  # people often edit several records in a row


class SyncJob:
    """`gather_seconds` is the pause between the first report of a change and the hastened read; after the read, three times
    as long."""

    def __init__(
        self,
        sync: SyncAccounts,
        engine: Engine,
        *,
        gather_seconds: float = GATHER_SECONDS,
    ) -> None:
        self._sync = sync
        self._engine = engine
        self._gather = gather_seconds
        self._lock = asyncio.Lock()
        self._succeeded = False
        self._told: set[Stream] = set()
        self._hearing = asyncio.Event()
        engine.carry(Work(name="syncs", run=self._carry, at_once=1, everywhere=1))

    async def __call__(self) -> bool:
        """Sync once, now. A call during a running sync waits for that one instead. Returns whether it succeeded."""
        if self._lock.locked():
            async with self._lock:
                return self._succeeded
        try:
            return await self._read()
        except Failed:
            return False

    async def start(self, slot: datetime) -> Ending | None:
        """Make sure that the CRM is read once in the slot that began then; see `bot.jobs.work.Engine.start`."""
        return await self._engine.start("syncs", f"sync:{slot:%Y-%m-%dT%H:%MZ}")

    def hasten(self, stream: Stream) -> None:
        """Read this entity soon, if `refreshing` runs, because something changed. The regular reads find anything missed."""
        self._told.add(stream)
        self._hearing.set()

    async def refreshing(self) -> None:
        """Read the entities that `hasten` names, several reports at once, until cancelled."""
        while True:
            await self._hearing.wait()
            await asyncio.sleep(self._gather)
            told, self._told = self._told, set()
            self._hearing.clear()
            async with self._lock:
                with suppress(Failed), reporting("sync.refresh_failed"):
                    await self._sync.refresh(told)
            await asyncio.sleep(3 * self._gather)

    async def _carry(self, steps: Steps) -> bool:
        return bool(await steps.step(self._read))

    async def _read(self) -> bool:
        async with self._lock:
            self._succeeded = False
            with reporting("sync.failed"):
                await self._sync()
            self._succeeded = True
            return True

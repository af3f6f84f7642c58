"""Reading the CRM as a job: one at a time, its failure logged and told in the next brief."""

from __future__ import annotations

import asyncio
from datetime import datetime

from agents.flows.sync_accounts import SyncAccounts
from bot.jobs.work import Ending, Engine, Failed, Steps, Work, reporting


class SyncJob:
    def __init__(self, sync: SyncAccounts, engine: Engine) -> None:
        self._sync = sync
        self._engine = engine
        self._lock = asyncio.Lock()
        self._succeeded = False
        engine.carry(Work(name="syncs", run=self._carry, at_once=1, everywhere=1))

    async def __call__(self) -> bool:
        """Sync once, now; a call during a running sync waits for that one and is content with it. Returns whether it
        succeeded."""
        if self._lock.locked():
            async with self._lock:
                return self._succeeded
        try:
            return await self._read()
        except Failed:
            return False

    async def start(self, slot: datetime) -> Ending | None:
        """See that the CRM is read once in the slot that began then; see `bot.jobs.work.Engine.start`."""
        return await self._engine.start("syncs", f"sync:{slot:%Y-%m-%dT%H:%MZ}")

    async def _carry(self, steps: Steps) -> bool:
        return bool(await steps.step(self._read))

    async def _read(self) -> bool:
        async with self._lock:
            self._succeeded = False
            with reporting("sync.failed"):
                await self._sync()
            self._succeeded = True
            return True

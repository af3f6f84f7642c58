"""The nightly and hourly read of the CRM as a job: one at a time, its failure logged and told in the next brief."""

from __future__ import annotations

import asyncio

import structlog

from agents.flows.sync_accounts import SyncAccounts
from bot.telemetry import request
from store.domain.errors import SergasError

log = structlog.get_logger()


class SyncJob:
    def __init__(self, sync: SyncAccounts) -> None:
        self._sync = sync
        self._lock = asyncio.Lock()
        self._succeeded = False

    async def __call__(self) -> bool:
        """Sync once; a call during a running sync waits for that one and is content with it. Returns whether it succeeded."""
        if self._lock.locked():
            async with self._lock:
                return self._succeeded
        async with self._lock:
            with request():
                self._succeeded = await self._try()
                return self._succeeded

    async def _try(self) -> bool:
        try:
            await self._sync()
        except SergasError as exc:
            log.warning("sync.failed", problem=str(exc), error=type(exc).__name__)
            return False
        except Exception as exc:  # a job runner: a record that cannot be read must not keep the briefs back
            log.error("sync.failed", error=type(exc).__name__, exc_info=exc)
            return False
        return True

"""The bot's connection to the memory: a process that it starts and restarts, or one that serves HTTP elsewhere."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import structlog

from agents.ports import Clock
from bot.clock import SystemClock
from bot.settings import OFF, require
from bot.settings.connections import divided
from bot.settings.log import LogSettings
from bot.settings.memory import MemorySettings
from bot.settings.storage import StorageSettings
from integrations.memory_client import MemoryClient, OwnersMemory, over_http, own_process
from store.domain.errors import MemoryUnavailable
from store.domain.memory.insight import AccountInsight

log = structlog.get_logger()

TIMEOUT = 5.0  # seconds of one call
STARTS, AGAIN = 15.0, 0.5  # seconds a process may take to answer for the first time, and between two checks


class MemoryLink:
    """How the flows ask the memory. `watch` keeps it running, and logs when it goes down or comes back. Call `close` at the
    end, or `watch` would start it again."""

    def __init__(self, client: MemoryClient) -> None:
        self._client = client
        self.is_up: bool | None = None  # None: it has not answered yet and may be starting
        self._late: float | None = None  # by this machine's clock: from then on one that has not answered is down
        self._starting: asyncio.Task[None] | None = None

    async def insight(self, account_id: str, *, owner_id: str) -> AccountInsight:
        """Wait once for a memory that is still starting, but not for one that is down."""
        await self.answers()
        return await self._client.insight(account_id, owner_id=owner_id)

    async def answers(self) -> bool:
        """Whether it answers, after waiting once for it to start."""
        if not self.is_up:
            self._starting = self._starting or asyncio.create_task(self._started())
            await asyncio.shield(self._starting)
        return bool(self.is_up)

    def of(self, owner_id: str) -> OwnersMemory:
        """The memory as this owner's tools, for an agent."""
        return OwnersMemory(self._client, owner_id)

    async def _started(self) -> None:
        await self.watch()
        while self.is_up is None:
            await asyncio.sleep(AGAIN)
            await self.watch()

    async def watch(self) -> None:
        """Ask for its status, which also starts it the first time and after it died."""
        if self._late is None:
            self._late = time.monotonic() + STARTS
        try:
            await self._client.call("memory_status", {}, owner_id=None)
        except MemoryUnavailable as exc:
            if self.is_up is None and time.monotonic() < self._late:
                return
            if self.is_up is not False:
                log.warning("memory.down", problem=str(exc))
            self.is_up = False
        else:
            if not self.is_up:
                log.info("memory.up")
            self.is_up = True

    async def close(self) -> None:
        if self._starting is not None:
            self._starting.cancel()
            await asyncio.wait([self._starting])
        await self._client.close()


@asynccontextmanager
async def open_memory_link(
    memory: MemorySettings, clock: Clock, *, storage: StorageSettings, logging: LogSettings
) -> AsyncIterator[MemoryLink | None]:
    """None if it is turned off. Nothing is started or called before the first question.

    Raises: SettingError if the token of a memory over HTTP is missing.
    """
    if memory.url == OFF:
        yield None
        return
    if memory.url:
        require(memory, "token")
        token = memory.token.get_secret_value()
        connect, key = over_http(memory.url, token=token, timeout=TIMEOUT)
    else:
        connect, key = own_process(environment_of(memory, storage, logging))
    client = MemoryClient(
        connect, key=key, tenant=memory.tenant, timeout=TIMEOUT, now=SystemClock().now, present=clock.now
    )
    link = MemoryLink(client)
    try:
        yield link
    finally:
        await link.close()


def environment_of(memory: MemorySettings, storage: StorageSettings, logging: LogSettings) -> Mapping[str, str]:
    """The settings the memory's process needs, as variables: no credential of the CRM, Slack or a model is among them."""
    told = {
        "home": storage.home.absolute(),
        "database_url": storage.database,
        "seal_keys": storage.seal_keys.get_secret_value(),
        "database_connections": divided(storage.database_connections).memory,
        "tenant": memory.tenant,
        "memory_embedder": memory.embedder,
        "memory_embedder_key": memory.embedder_key.get_secret_value(),
        "memory_follow_seconds": memory.follow_seconds,
        "log_level": logging.level,
        "log_format": logging.format,
    }
    return {f"SERGAS_{name.upper()}": str(value) for name, value in told.items()}

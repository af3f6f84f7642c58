"""The memory's own process, wired: our tables, the index behind them, and the tools over both."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import structlog

from agents.flows.records.export_account import ExportAccount
from agents.flows.records.forget_account import ForgetAccount
from agents.ports import Clock
from bot.settings.connections import divided_in_memory
from bot.settings.memory import MemorySettings
from bot.settings.storage import StorageSettings
from bot.wiring.database import open_store
from integrations.mcp_servers.memory import build_memory_server
from integrations.mcp_servers.plain_errors import PlainErrorServer
from integrations.mcp_servers.principals import Principals
from integrations.memory.cognee_index import CogneeIndex, index_exists, open_index, peek_index
from integrations.memory.embedders.choice import embedder_of
from integrations.memory.recall import Recall
from integrations.memory.service import Desk
from integrations.memory.supervisor import Keeper
from store.database import Database

log = structlog.get_logger()

FOLDER = "memory"  # in the home folder
CANCEL_AGAIN = 2.0  # seconds


class MemoryProcess:
    """Searches by words at once, and by meaning as soon as the index is open and has caught up."""

    def __init__(self, memory: MemorySettings, storage: StorageSettings, database: Database, clock: Clock) -> None:
        self._memory, self._storage = memory, storage
        self._database = database
        self._index: CogneeIndex | None = None
        forget, export = ForgetAccount(database, clock), ExportAccount(database, clock)
        self._recall = Recall(None)

        async def forgotten(account_id: str) -> tuple[Mapping[str, int], bool]:
            report = await forget(account_id, by="operator")
            return report.rows, report.scrubbed

        async def exported(account_id: str) -> Mapping[str, Any]:
            return await export(account_id, by="operator")

        self.desk = Desk(database, self._recall, index=lambda: self._index, forget=forgotten, export=exported)

    async def run(self) -> None:
        """Keep the index open and in step with our tables, until cancelled. Raises: SettingError for an unknown embedder."""
        every = self._memory.follow_seconds

        async def opened(anew: bool) -> CogneeIndex:
            return await open_memory_index(self._memory, self._storage, anew=anew)

        await Keeper(self._database, opened, publish=self._publish, every=every).run()

    def _publish(self, index: CogneeIndex | None) -> None:
        self._index = self._recall.index = index


async def open_memory_index(memory: MemorySettings, storage: StorageSettings, *, anew: bool = False) -> CogneeIndex:
    """In PostgreSQL if our tables are there, otherwise in the home folder.

    Raises: SettingError for an unknown embedder; IndexBusy, IndexUnavailable.
    """
    embedder = embedder_of(memory.embedder, key=memory.embedder_key)
    folder = storage.home / FOLDER
    return await open_index(
        folder,
        embedder,
        database_url=storage.database,
        tenant=memory.tenant,
        anew=anew,
        connections=divided_in_memory(storage.database_connections).index,
    )


async def memory_index_exists(memory: MemorySettings, storage: StorageSettings) -> bool:
    """Whether there is an index, even a broken one. Raises: IndexUnavailable."""
    return await index_exists(storage.home / FOLDER, database_url=storage.database, tenant=memory.tenant)


async def memory_index_cursor(memory: MemorySettings, storage: StorageSettings) -> int | None:
    """How far the index has come, read without opening it; None if there is no index. Raises: IndexUnavailable."""
    state = await peek_index(storage.home / FOLDER, database_url=storage.database, tenant=memory.tenant)
    return state.cursor if state else None


@asynccontextmanager
async def open_memory(
    memory: MemorySettings, storage: StorageSettings, clock: Clock, principals: Principals
) -> AsyncIterator[PlainErrorServer]:
    """The server, while its memory keeps up in the background. Raises: BadInput for the store, SettingError."""
    own = divided_in_memory(storage.database_connections)
    async with open_store(storage, clock=clock, connections=own.tables) as database:
        serving = MemoryProcess(memory, storage, database, clock)
        running = asyncio.create_task(serving.run())
        running.add_done_callback(_tell)
        try:
            yield build_memory_server(serving.desk, principals=principals, now=clock.now)
        finally:
            await _ended(running)


async def _ended(task: asyncio.Task[None]) -> None:
    """Cancel until it ends: an engine may mistake one cancellation for its own and swallow it."""
    while not task.done():
        task.cancel()
        await asyncio.wait([task], timeout=CANCEL_AGAIN)


def _tell(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        log.error("memory.index_lost", problem=str(error), error=type(error).__name__)

"""One engine per name: a lock that ends with its process, beside the engine's file or in its server."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, Protocol

import filelock
import structlog
from psycopg import AsyncConnection, Error
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from store.domain.errors import BadInput, StoreUnavailable
from store.failures import sentence_of

log = structlog.get_logger()

WATCH_SECONDS = 2.0
PATIENCE_SECONDS = 15.0


class Lock(Protocol):
    async def borrow(self, executor_id: str) -> bool:
        """Also take another executor's lock, which succeeds only if that process is dead."""
        ...

    async def give_back(self, executor_id: str) -> None: ...


class FileLock:
    """While held, it excludes every other process, under any name."""

    async def borrow(self, executor_id: str) -> bool:
        return True

    async def give_back(self, executor_id: str) -> None: ...


class ServerLock:
    """PostgreSQL's session advisory locks, all on one connection: they end with it (PostgreSQL manual, 13.3.5)."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self._turn = asyncio.Lock()

    async def borrow(self, executor_id: str) -> bool:
        return await self._ask("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", executor_id)

    async def give_back(self, executor_id: str) -> None:
        await self._ask("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", executor_id)

    async def watch(self) -> None:
        """Watch the connection. If it is lost, end this process at once, because another may already hold the lock and take
        over its work."""
        try:
            while True:
                await asyncio.sleep(WATCH_SECONDS)
                async with asyncio.timeout(PATIENCE_SECONDS):
                    await self._ask("SELECT %s <> ''", "watch")
        except (Error, TimeoutError) as exc:
            log.error("engine.lock_lost", error=type(exc).__name__)
            os._exit(1)

    async def _ask(self, question: str, about: str) -> bool:
        async with self._turn:
            cursor = await self._connection.execute(question.encode(), (f"sergas-engine:{about}",))
            row = await cursor.fetchone()
        return bool(row and row[0])


@asynccontextmanager
async def holding_file(path: Path) -> AsyncIterator[FileLock]:
    """Raises: BadInput if another process holds it."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    lock = filelock.FileLock(path, mode=0o600, blocking=False, fallback_to_soft=False, preserve_lock_file=True)
    try:
        lock.acquire()
    except filelock.Timeout as exc:
        raise BadInput(
            f"Another sergas is running over {path.parent}. Stop it first; several processes need PostgreSQL."
        ) from exc
    try:
        yield FileLock()
    finally:
        lock.release()


@asynccontextmanager
async def holding_on_server(conninfo: str, executor_id: str) -> AsyncIterator[ServerLock]:
    """Raises: BadInput if another process holds it; StoreUnavailable if the server is unreachable."""
    try:
        connection = await AsyncConnection.connect(_kept_alive(conninfo), autocommit=True)
    except Error as exc:
        raise StoreUnavailable(sentence_of(exc, url="SERGAS_ENGINE_URL")) from None  # its text may name the address
    async with connection:
        lock = ServerLock(connection)
        if not await lock.borrow(executor_id):
            raise BadInput(
                f"Another sergas is running as executor “{executor_id}”. "
                "Stop it first, or give this one another name with SERGAS_EXECUTOR_ID."
            )
        watching = asyncio.create_task(lock.watch())
        try:
            yield lock
        finally:
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)
            # Otherwise the next process is refused until the server notices that we left.
            with suppress(Error, TimeoutError):
                async with asyncio.timeout(PATIENCE_SECONDS):
                    await lock.give_back(executor_id)


def _kept_alive(conninfo: str) -> str:
    """Both sides notice a dead peer within seconds, so that a lost machine's lock doesn't last for hours."""
    defaults: dict[str, Any] = {
        "keepalives_idle": 10,
        "keepalives_interval": 5,
        "keepalives_count": 3,
        "application_name": "sergas",
    }
    return make_conninfo("", **{**defaults, **conninfo_to_dict(conninfo)})

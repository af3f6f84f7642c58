"""Keep an index open and up to date with our tables for the life of the process.

While it is closed, full text alone answers. After a failure it is opened again following a growing pause; if its files fail
twice at the same position, it is rebuilt.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Generic, Protocol, TypeVar

import structlog

from integrations.memory.catch_up import Writable, follow
from integrations.memory.errors import IndexDamaged
from store.database import Database
from store.domain.errors import SergasError, SettingError
from store.retry import MEMORY, Backoff

log = structlog.get_logger(__name__)

PROVEN = 600.0  # seconds of work after which earlier failures no longer count


class OpenIndex(Writable, Protocol):
    async def close(self) -> None: ...


I = TypeVar("I", bound=OpenIndex)  # noqa: E741 - I is for index


class Keeper(Generic[I]):
    """`opened` opens the index, rebuilding it on request; `publish` gets each index that opens, and None when it closes."""

    def __init__(
        self,
        database: Database,
        opened: Callable[[bool], Awaitable[I]],
        *,
        publish: Callable[[I | None], None],
        every: float,
        pauses: Backoff = MEMORY,
    ) -> None:
        """`every` is in seconds; `pauses` says how long to wait before a lost index is opened again."""
        self._database = database
        self._opened = opened
        self._publish = publish
        self._every = every
        self._pauses = pauses
        self._failures = 0
        self._damaged_at: int | None = None
        self._anew = False

    async def run(self) -> None:
        """Run until cancelled. Raises: SettingError, since waiting can't fix it."""
        while True:
            started = time.monotonic()
            try:
                await self._once()
            except SettingError:
                raise
            except SergasError as exc:
                log.warning("memory.no_index", problem=str(exc))
            except Exception:  # whatever failed, the next opening may succeed
                log.exception("memory.index_lost")
            self._failures = 1 if time.monotonic() - started > PROVEN else self._failures + 1
            await asyncio.sleep(self._pauses.after(self._failures))

    async def _once(self) -> None:
        """Open the index and follow our tables until something fails."""
        index = await self._opened(self._anew)
        self._anew = False
        self._publish(index)
        try:
            await follow(self._database, index, every=self._every)
        except IndexDamaged:
            self._anew = self._damaged_at == index.cursor
            self._damaged_at = None if self._anew else index.cursor
            raise
        finally:
            self._publish(None)
            await index.close()

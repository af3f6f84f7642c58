"""Notify those who wait (the page's live updates, tests) of changes in the workspace."""

from __future__ import annotations

import asyncio
from collections.abc import Callable


class Changes:
    """A counter that can be awaited. It doesn't keep the changes: a waiter wakes up and looks again."""

    def __init__(self) -> None:
        self.version = 0
        self._waiting: set[asyncio.Future[None]] = set()

    def touch(self) -> None:
        self.version += 1
        waiting, self._waiting = self._waiting, set()
        for future in waiting:
            if not future.done():
                future.set_result(None)

    async def after(self, version: int) -> int:
        """Wait until there is a version newer than `version`, and return it."""
        while self.version <= version:
            future = asyncio.get_running_loop().create_future()
            self._waiting.add(future)
            try:
                await future
            finally:
                self._waiting.discard(future)
        return self.version

    async def until(self, holds: Callable[[], bool], *, timeout: float) -> None:
        """Wait until `holds()`. Raises: TimeoutError after `timeout` seconds."""
        async with asyncio.timeout(timeout):
            while not holds():
                await self.after(self.version)

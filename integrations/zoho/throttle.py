"""Ceilings for calls to Zoho: how many at once (Zoho's rule, by edition) and how many a minute (our own)."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

MINUTE = 60.0


class Throttle:
    """`requests_per_minute` None means no such ceiling. In any 60 seconds no more than that many slots are given."""

    def __init__(
        self,
        *,
        concurrency: int,
        requests_per_minute: int | None,
        now: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._places = asyncio.Semaphore(concurrency)
        self._ceiling = requests_per_minute
        self._starts: deque[float] = deque()
        self._turn = asyncio.Lock()
        self._now = now
        self._sleep = sleep

    @asynccontextmanager
    async def slot(self) -> AsyncIterator[None]:
        """Wait for leave to make one call, and hold a place while it runs."""
        async with self._places:
            if self._ceiling is not None:
                await self._take_turn(self._ceiling)
            yield

    async def _take_turn(self, ceiling: int) -> None:
        async with self._turn:
            while len(self._starts) >= ceiling:
                wait = self._starts[0] + MINUTE - self._now()
                if wait > 0:
                    await self._sleep(wait)
                else:
                    self._starts.popleft()
            self._starts.append(self._now())

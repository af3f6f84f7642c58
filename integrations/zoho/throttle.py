"""Ceilings for calls to Zoho: how many at once (Zoho's rule, by edition) and how many a minute (our own)."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

MINUTE = 60.0


class Throttle:
    """`requests_per_minute` None means no such ceiling. In any 60 seconds no more than that many slots are given, and the
    last tenth of them only to urgent calls: a long read does not keep a person's approved write waiting."""

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
        self._now = now
        self._sleep = sleep

    @asynccontextmanager
    async def slot(self, *, urgent: bool = False) -> AsyncIterator[None]:
        """Wait for leave to make one call, and hold a place while it runs; nobody holds a place while waiting for a turn."""
        while True:
            async with self._places:
                wait = self._until_turn(urgent=urgent)
                if wait <= 0:
                    yield
                    return
            await self._sleep(wait)

    def _until_turn(self, *, urgent: bool) -> float:
        """Take a turn and return 0, or return the seconds until there may be one."""
        if self._ceiling is None:
            return 0.0
        now = self._now()
        while self._starts and self._starts[0] + MINUTE <= now:
            self._starts.popleft()
        allowed = self._ceiling if urgent else self._ceiling - self._ceiling // 10
        if len(self._starts) >= allowed:
            return self._starts[len(self._starts) - allowed] + MINUTE - now
        self._starts.append(now)
        return 0.0

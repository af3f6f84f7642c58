"""Ceilings for calls to Zoho: how many at once (Zoho's rule, by edition), how many a minute (our own), and its pauses."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from integrations.zoho.limits.pace import OwnPace, Pace, Wait
from store.domain.errors import CrmUnavailable

PATIENCE = 20.0  # seconds of pause that a call waits out; longer ones it is told of


class Throttle:
    """`requests_per_minute` None means no such ceiling. In any 60 seconds no more than that many slots are given, and the
    last tenth of them only to urgent calls: a long read does not keep a person's approved write waiting.

    With a `pace` all ceilings but this process's own share of `concurrency` are counted there.
    """

    def __init__(
        self,
        *,
        concurrency: int,
        requests_per_minute: int | None,
        pace: Pace | None = None,
        now: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._places = asyncio.Semaphore(concurrency)
        self._pace = pace or OwnPace(turns=requests_per_minute, now=now)
        self._sleep = sleep

    @asynccontextmanager
    async def slot(self, *, urgent: bool = False) -> AsyncIterator[None]:
        """Wait for leave to make one call, and hold a place while it runs; nobody holds a place while waiting for a turn.

        Raises: CrmUnavailable where Zoho wants a longer pause than a call waits for.
        """
        while True:
            async with self._places:
                taken = await self._pace.take(urgent=urgent)
                if not isinstance(taken, Wait):
                    try:
                        yield
                    finally:
                        await self._pace.give_back(taken)
                    return
            if taken.paused and taken.seconds > PATIENCE:
                raise CrmUnavailable("Zoho asks us to slow down; try again in a minute.", retry_after=taken.seconds)
            await self._sleep(taken.seconds * random.uniform(1.0, 1.2) if taken.paused else taken.seconds)  # noqa: S311

    async def slow_down(self, seconds: float | None) -> None:
        """Zoho asked everybody to slow down, for so long where it said so."""
        await self._pace.pause(seconds)

    async def went_well(self) -> None:
        """Zoho answered as usual."""
        await self._pace.went_well()

    async def close(self) -> None:
        """Finish what is being noted for other processes."""
        await self._pace.close()

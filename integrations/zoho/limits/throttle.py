"""Ceilings for calls to Zoho: how many at once (Zoho's rule, by edition), how many per minute (our own), and Zoho's pauses."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from integrations.zoho.limits.pace import OwnPace, Pace, Wait
from store.domain.errors import CrmUnavailable
from store.lanes import Lanes, is_question, rank_of

PATIENCE = 20.0  # seconds of pause that a call waits out; longer ones become an error


class Throttle:
    """`requests_per_minute` None means no such ceiling. Any 60 seconds admit no more than that many calls, and the last
    tenth only urgent ones: a long read does not keep a person's approved write waiting. Nor does a question, whose calls wait
    for those of presses and writes.

    A `pace`, if given, counts all ceilings except this process's own share of `concurrency`.
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
        self._places = Lanes(concurrency)
        self._pace = pace or OwnPace(turns=requests_per_minute, now=now)
        self._sleep = sleep

    @asynccontextmanager
    async def slot(self, *, urgent: bool = False) -> AsyncIterator[None]:
        """Wait for permission to make one call, and hold a place while it runs; a call waiting for its turn holds no place.

        Raises: CrmUnavailable if Zoho wants a longer pause than a call waits for.
        """
        while True:
            async with self._places.place(rank_of(urgent=urgent)):
                taken = await self._pace.take(urgent=urgent and not is_question())
                if not isinstance(taken, Wait):
                    try:
                        yield
                    finally:
                        await self._pace.give_back(taken)
                    return
            if taken.paused and taken.seconds > PATIENCE:
                raise CrmUnavailable("Zoho asks us to slow down; try again in a minute.", retry_after=taken.seconds)
            await self._sleep(taken.seconds * random.uniform(1.0, 1.2) if taken.paused else taken.seconds)  # noqa: S311 - spreads callers, guards nothing

    async def slow_down(self, seconds: float | None) -> None:
        """Zoho asked everyone to slow down, for this long if it said so."""
        await self._pace.pause(seconds)

    async def went_well(self) -> None:
        """Zoho answered normally."""
        await self._pace.went_well()

    async def close(self) -> None:
        """Finish saving for other processes."""
        await self._pace.close()

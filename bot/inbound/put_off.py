"""Who had to wait a moment ago: their next errands are put off without asking the database again, and counted together.

In a flood, a transaction for each of sixty messages would keep everyone waiting. This is one process's memory of what the database
said: it holds until an errand ends here, at most a second. A process that dies loses at most the count of that second.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import replace

import structlog

from agents.flows.access.identity import Caller
from store.domain.errors import StoreUnavailable
from store.domain.running.fair_use import Errand, Wait

log = structlog.get_logger()
HOLDS_SECONDS = 1.0
_Kind = tuple[Caller, Errand, Wait]
# Adds so many to the refusals of a caller.
Count = Callable[[Caller, Errand, Wait, int], Awaitable[None]]


class PutOff:
    def __init__(self, count: Count, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._count = count
        self._monotonic = monotonic
        self._lately: dict[tuple[str, Errand], tuple[Wait, float]] = {}
        self._uncounted: Counter[_Kind] = Counter()
        self._counting: asyncio.Task[None] | None = None

    def remember(self, caller: Caller, errand: Errand, wait: Wait) -> None:
        """The database put this caller off, and they know."""
        self._lately[caller.slack, errand] = wait, self._monotonic() + HOLDS_SECONDS

    def again(self, caller: Caller, errand: Errand) -> Wait | None:
        """Why this errand has to wait as well; None to ask the database."""
        wait, until = self._lately.get((caller.slack, errand), (None, 0.0))
        if wait is None or self._monotonic() >= until:
            self._lately.pop((caller.slack, errand), None)
            return None
        self._uncounted[replace(caller, request_id="fair use", place="", key=""), errand, wait] += 1
        if self._counting is None:
            self._counting = asyncio.create_task(self._counted())
        return wait

    def forget(self) -> None:
        """An errand ended, so there may be room."""
        self._lately.clear()

    async def _counted(self) -> None:
        try:
            while self._uncounted:
                (caller, errand, wait), times = self._uncounted.popitem()
                await self._count(caller, errand, wait, times)
        except StoreUnavailable as exc:
            log.warning("errand.not_counted", problem=str(exc))
        finally:
            self._counting = None

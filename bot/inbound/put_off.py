"""Who had to wait a moment ago: their next errands are put off without asking the database again, and counted together.

In a flood, a transaction for each of sixty messages would keep everyone waiting. This is one process's memory of what the database
said: it holds until an errand ends here, at most a second. A process that dies loses at most the count of that second. Slack
delivers again what it didn't see acknowledged in time, so each errand is counted by its key, once.
"""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection
from dataclasses import replace

import structlog

from agents.flows.access.identity import Caller
from store.domain.errors import StoreUnavailable
from store.domain.running.fair_use import Errand, Wait

log = structlog.get_logger()
HOLDS_SECONDS = 1.0
_Kind = tuple[Caller, Errand, Wait]
# Adds the errands with these keys to the refusals of a caller, but for those that the inbox knows.
Count = Callable[[Caller, Errand, Wait, Collection[str]], Awaitable[None]]


class PutOff:
    def __init__(self, count: Count, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._count = count
        self._monotonic = monotonic
        self._lately: dict[tuple[str, Errand], tuple[Wait, float]] = {}
        self._uncounted: defaultdict[_Kind, set[str]] = defaultdict(set)
        self._counting: asyncio.Task[None] | None = None

    def remember(self, caller: Caller, errand: Errand, wait: Wait) -> None:
        """The database put this caller off, and they know."""
        self._lately[caller.slack, errand] = wait, self._monotonic() + HOLDS_SECONDS

    def again(self, key: str, caller: Caller, errand: Errand) -> Wait | None:
        """Why this errand has to wait as well; None to ask the database."""
        wait, until = self._lately.get((caller.slack, errand), (None, 0.0))
        if wait is None or self._monotonic() >= until:
            self._lately.pop((caller.slack, errand), None)
            return None
        self._uncounted[replace(caller, request_id="fair use", place="", key=""), errand, wait].add(key)
        if self._counting is None:
            self._counting = asyncio.create_task(self._counted())
        return wait

    def forget(self) -> None:
        """An errand ended, so there may be room."""
        self._lately.clear()

    async def _counted(self) -> None:
        try:
            while self._uncounted:
                (caller, errand, wait), keys = self._uncounted.popitem()
                await self._count(caller, errand, wait, keys)
        except StoreUnavailable as exc:
            log.warning("errand.not_counted", problem=str(exc))
        finally:
            self._counting = None

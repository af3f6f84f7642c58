"""Who called what and when: counted by this process alone, or in PostgreSQL by all that share it."""

from __future__ import annotations

import time
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

import structlog

from bot.delivery.web_api.rates import Limit
from store.database import Database, Tx
from store.domain.errors import StoreUnavailable
from store.repositories.slack_calls import Ceiling, Wait

log = structlog.get_logger()


class Clock:
    """Seconds as Slack counts them. `speed` is how many of them pass in a real one: beside a sandbox, both may run faster alike."""

    def __init__(self, speed: float = 1.0) -> None:
        self._speed = speed

    def now(self) -> float:
        return time.monotonic() * self._speed

    def real(self, seconds: float | None) -> float | None:
        return None if seconds is None else seconds / self._speed


@dataclass(frozen=True, slots=True)
class Entry:
    """A call in a ledger: under which keys, and since when or as which row."""

    under: tuple[tuple[str, float | str], ...]


class Ledger(Protocol):
    async def take(self, limits: Sequence[Limit], *, count: int, own: bool) -> Wait | list[Entry]:
        """Enter calls that may be made now; else how long they have to wait. `own` is the bot's own work."""
        ...

    async def arrived_late(self, entry: Entry) -> None:
        """The call was on its way for long: Slack may have counted it only now."""
        ...

    async def give_back(self, entry: Entry) -> None:
        """The call was never made."""
        ...

    async def pause(self, key: str, seconds: float) -> None:
        """Slack wants no such call for so long."""
        ...


class OwnLedger:
    """For one process."""

    def __init__(self, clock: Clock | None = None) -> None:
        self._now = (clock or Clock()).now
        self._calls: defaultdict[str, deque[float]] = defaultdict(deque)
        self._paused: dict[str, float] = {}

    async def take(self, limits: Sequence[Limit], *, count: int, own: bool) -> Wait | list[Entry]:
        now = self._now()
        for limit in limits:
            if (seconds := self._wait(limit, count, now, own=own)) > 0:
                return Wait(limit.key, seconds)
        counted = [limit.key for limit in limits if limit.calls]
        for key in counted:
            self._calls[key].extend([now] * count)
        return [Entry(tuple((key, now) for key in counted)) for _ in range(count)]

    async def arrived_late(self, entry: Entry) -> None:
        await self.give_back(entry)
        for key, _ in entry.under:
            self._calls[key].append(self._now())

    async def give_back(self, entry: Entry) -> None:
        for key, at in entry.under:
            with suppress(ValueError):  # it is out of date already
                self._calls[key].remove(float(at))

    async def pause(self, key: str, seconds: float) -> None:
        self._paused[key] = max(self._paused.get(key, 0.0), self._now() + seconds)

    def _wait(self, limit: Limit, count: int, now: float, *, own: bool) -> float:
        paused = self._paused.get(limit.key, 0.0) - now
        made = self._calls[limit.key]
        while made and made[0] <= now - limit.seconds:
            made.popleft()
        over = len(made) + count - max(count, limit.allowed(own=own)) if limit.calls else 0
        return max(paused, made[min(over, len(made)) - 1] + limit.seconds - now if over > 0 else 0.0)


class SharedLedger:
    """For all processes over one PostgreSQL. While it is away, this process counts for itself."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._alone = OwnLedger()

    async def take(self, limits: Sequence[Limit], *, count: int, own: bool) -> Wait | list[Entry]:
        ceilings = [
            Ceiling(each.key, max(count, each.allowed(own=own)) if each.calls else 0, timedelta(seconds=each.seconds))
            for each in limits
        ]
        try:
            async with self._database.transaction(urgent=True) as tx:
                taken = await tx.slack_calls.take(ceilings, count=count)
        except StoreUnavailable:
            log.warning("slack.pace_not_shared")
            return await self._alone.take(limits, count=count, own=own)
        return taken if isinstance(taken, Wait) else [Entry(tuple(each.items())) for each in taken]

    async def arrived_late(self, entry: Entry) -> None:
        await self._note(lambda tx: tx.slack_calls.arrived_late(_rows(entry)))

    async def give_back(self, entry: Entry) -> None:
        await self._note(lambda tx: tx.slack_calls.give_back(_rows(entry)))

    async def pause(self, key: str, seconds: float) -> None:
        await self._alone.pause(key, seconds)
        await self._note(lambda tx: tx.slack_calls.pause(key, timedelta(seconds=seconds)))

    async def _note(self, change: Callable[[Tx], Awaitable[None]]) -> None:
        try:
            async with self._database.transaction(urgent=True) as tx:
                await change(tx)
        except StoreUnavailable:
            log.warning("slack.pace_not_shared")


def _rows(entry: Entry) -> list[str]:
    return [row for _, row in entry.under if isinstance(row, str)]

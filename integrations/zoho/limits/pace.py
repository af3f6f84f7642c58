"""Decide when a call to Zoho may start: by this process's own count, or by one that all processes share in PostgreSQL.

Both apply the same rules: no more calls at once than Zoho allows, no more per minute than we allow ourselves, the last
tenth of those for urgent calls only, and none while Zoho wants a pause. After a pause, one call at a time goes through
until one succeeds, so that the waiting calls don't all come at once.

pyrate-limiter counts the minute of one process. We don't use its bucket for PostgreSQL: its driver blocks the event loop
(0.5 s while its pool was empty), and it locks without waiting, so that it refused 561 of 800 turns that four threads took
far below the ceiling.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

import structlog
from pyrate_limiter import InMemoryBucket, Rate, RateItem

from store.database import Database, Tx
from store.domain.errors import CrmUnavailable, StoreUnavailable
from store.repositories.pace import PaceCeilings
from store.retry import CRM_SLOWDOWN

log = structlog.get_logger()

MINUTE = 60.0
NOTE_SECONDS = 1.0
NEXT_LOOK = 0.1  # seconds before checking again for a free place


@dataclass(frozen=True, slots=True)
class Wait:
    """Seconds until the next check; `paused` if Zoho asked for the pause."""

    seconds: float
    paused: bool = False


class Pace(Protocol):
    async def take(self, *, urgent: bool) -> Wait | str:
        """Return permission for a call, to be given back, or how long to wait for it. Raises: CrmUnavailable."""
        ...

    async def give_back(self, call: str) -> None: ...

    async def pause(self, asked: float | None) -> None:
        """Zoho asked us to slow down, for this many seconds if it named them."""
        ...

    async def went_well(self) -> None:
        """Zoho answered without asking us to slow down."""
        ...

    async def close(self) -> None:
        """Finish saving."""
        ...


class OwnPace:
    """Counts for this process alone. The caller makes sure that no more than `places` calls run at once."""

    def __init__(self, *, turns: int | None, now: Callable[[], float] = time.monotonic) -> None:
        self._turns = turns
        # The bucket counts a call at both ends of the window; subtracting a millisecond makes it half-open.
        self._bucket = InMemoryBucket([Rate(turns, round(MINUTE * 1000) - 1)]) if turns else None
        self._now = now
        self._under_way = 0
        self._strikes = 0
        self._paused_until = 0.0

    async def take(self, *, urgent: bool) -> Wait | str:
        now = self._now()
        if self._strikes and now < self._paused_until:
            return Wait(self._paused_until - now, paused=True)
        if self._strikes and self._under_way:
            return Wait(NEXT_LOOK, paused=True)
        if (seconds := self._until_turn(now, urgent=urgent)) > 0:
            return Wait(seconds)
        self._under_way += 1
        return ""

    async def give_back(self, call: str) -> None:
        self._under_way -= 1

    async def pause(self, asked: float | None) -> None:
        now = self._now()
        if asked is None and self._strikes and now < self._paused_until:
            return
        length = asked if asked is not None else CRM_SLOWDOWN.after(self._strikes + 1)
        self._strikes += 1
        self._paused_until = now + length
        log.warning("zoho.paused", seconds=length)

    async def went_well(self) -> None:
        if self._strikes and self._now() >= self._paused_until:
            self._strikes = 0

    async def close(self) -> None: ...

    def _until_turn(self, now: float, *, urgent: bool) -> float:
        """Take a turn and return 0, or return the seconds until one may be free."""
        if self._bucket is None or self._turns is None:
            return 0.0
        moment = int(now * 1000)
        self._bucket.leak(moment)
        blocking = self._bucket.peek(allowed_turns(self._turns, urgent=urgent) - 1)
        if blocking is not None:
            return max(blocking.timestamp / 1000 + MINUTE - now, 0.001)
        self._bucket.put(RateItem("call", moment))
        return 0.0


class SharedPace:
    """Counts for all processes over one PostgreSQL. If a process dies during a call, its place is free after `hold`
    seconds."""

    def __init__(self, database: Database, key: str, *, turns: int | None, places: int, hold: float = 60.0) -> None:
        self._database = database
        self._key = key
        self._turns = turns
        self._places = places
        self._hold = timedelta(seconds=hold)
        self._struck = False
        self._notes: set[asyncio.Task[None]] = set()

    async def take(self, *, urgent: bool) -> Wait | str:
        turns = allowed_turns(self._turns, urgent=urgent) if self._turns else None
        ceilings = PaceCeilings(turns=turns, places=self._places, hold=self._hold)
        try:
            async with self._database.transaction(urgent=urgent) as tx:
                taken = await tx.pace.take(self._key, ceilings, retry=timedelta(seconds=NEXT_LOOK))
        except StoreUnavailable as exc:
            raise CrmUnavailable("The calls to Zoho are counted in our database, which cannot be reached.") from exc
        self._struck = self._struck or taken.paused
        return taken.call if taken.call is not None else Wait(taken.wait.total_seconds(), paused=taken.paused)

    async def give_back(self, call: str) -> None:
        await self._note(lambda tx: tx.pace.give_back(call))

    async def pause(self, asked: float | None) -> None:
        self._struck = True
        wanted = timedelta(seconds=asked) if asked is not None else None
        await self._note(lambda tx: tx.pace.pause(self._key, CRM_SLOWDOWN, asked=wanted))
        log.warning("zoho.paused", seconds=asked)

    async def went_well(self) -> None:
        if self._struck:
            self._struck = False
            await self._note(lambda tx: tx.pace.went_well(self._key))

    async def close(self) -> None:
        await asyncio.gather(*self._notes)

    async def _note(self, change: Callable[[Tx], Awaitable[object]]) -> None:
        """Wait a second at most: a slow database must not cost us an answer from Zoho."""
        noting = asyncio.create_task(self._noted(change))
        self._notes.add(noting)
        noting.add_done_callback(self._notes.discard)
        await asyncio.wait({noting}, timeout=NOTE_SECONDS)

    async def _noted(self, change: Callable[[Tx], Awaitable[object]]) -> None:
        try:
            async with self._database.transaction(urgent=True) as tx:
                await change(tx)
        except StoreUnavailable:
            log.warning("zoho.pace_not_shared")  # places expire on their own


def allowed_turns(turns: int, *, urgent: bool) -> int:
    """Return all turns of the ceiling for urgent calls, all but the last tenth for others."""
    return turns if urgent else turns - turns // 10

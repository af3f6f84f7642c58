"""Start due work: regular reads of the CRM, and each owner's brief when it is due (`store.domain.people.mornings`).

Each tick asks the store for due work and hands it to the engine under a name derived from the work itself. So a restart
catches up, and a second tick, or a second clock, starts nothing twice.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, time, timedelta

from agents.ports import Clock
from bot.jobs.morning_brief import MorningJob
from bot.jobs.sync_accounts import SyncJob
from bot.jobs.work import Ending
from store.domain.crm.accounts import Person
from store.domain.crm.people import local_day
from store.domain.people.mornings import brief_moment, is_due

# The CRM is read this long before the briefs; when briefs catch up after a start, they wait this long for the read.
LEAD = timedelta(minutes=10)
PATIENCE_SECONDS = 600


def slot_of(now: datetime, *, every: timedelta, brief_time: time) -> datetime:
    """The start of the current reading slot. Hourly slots begin ten minutes before the briefs of every zone that is whole hours
    from UTC."""
    first = datetime.combine(datetime(2020, 1, 1, tzinfo=UTC), brief_time, tzinfo=UTC) - LEAD
    return first + (now - first) // every * every


class DueWork:
    """`start` is one tick of the clock; `tick` sends due messages directly, without the engine: briefs, and the ones to managers
    about accounts whose owner left (`orphans`), which are a job of their own otherwise."""

    def __init__(
        self,
        *,
        clock: Clock,
        owners: Callable[[], Awaitable[list[Person]]],
        sync: SyncJob,
        morning: MorningJob,
        orphans: Callable[[], Awaitable[int]],
        brief_time: time,
        sync_minutes: int,
    ) -> None:
        self._clock = clock
        self._owners = owners
        self._sync = sync
        self._morning = morning
        self._orphans = orphans
        self._brief_time = brief_time
        self._every = timedelta(minutes=sync_minutes)
        self._caught_up = False

    async def start(self) -> None:
        """Start due work. The first tick waits for its read of the CRM, so that the briefs it catches up on are current.

        Raises: TimeoutError if that read takes longer than ten minutes.
        """
        reading = await self._start_sync()
        if reading is not None and not self._caught_up:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await reading()
        due = await self.owed()
        await self._morning.start(list(due), times=due)
        self._caught_up = True

    async def tick(self) -> int:
        """Send every due brief. Returns the number of owners who were due."""
        due = await self.owed()
        await self._morning(list(due), times=due)
        await self._orphans()
        return len(due)

    async def _start_sync(self) -> Ending | None:
        return await self._sync.start(slot_of(self._clock.now(), every=self._every, brief_time=self._brief_time))

    async def owed(self) -> dict[str, datetime]:
        """The owners whose brief is due, and since when."""
        now = self._clock.now()
        return {
            owner.id: brief_moment(owner, local_day(owner, now), default=self._brief_time)
            for owner in await self._owners()
            if is_due(owner, now=now, brief_time=self._brief_time)
        }

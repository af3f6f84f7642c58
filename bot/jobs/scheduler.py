"""The clock: a sync every so often, and every owner's brief at their local time on their working days.

APScheduler only ticks. Whether a brief is due, and whether it went out already, is read from the store at each tick, so a
restart catches up with what was missed and a second tick sends nothing twice.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from agents.ports import Clock
from bot.jobs.morning_brief import MorningJob
from bot.jobs.sync_accounts import SyncJob
from store.domain.accounts import Person

log = structlog.get_logger()


def is_due(owner: Person, *, now: datetime, brief_time: time) -> bool:
    """Whether the owner's brief of today ought to be out: their working day, and their local brief time is reached."""
    local = now.astimezone(ZoneInfo(owner.timezone))
    return owner.active and local.weekday() in owner.working_days and local.time() >= brief_time


def next_brief(owner: Person, *, now: datetime, brief_time: time) -> datetime:
    """The moment of the owner's next brief, in their zone."""
    zone = ZoneInfo(owner.timezone)
    local = now.astimezone(zone)
    candidate = datetime.combine(local.date(), brief_time, tzinfo=zone)
    while candidate <= local or candidate.weekday() not in (owner.working_days or {candidate.weekday()}):
        candidate = datetime.combine(candidate.date() + timedelta(days=1), brief_time, tzinfo=zone)
    return candidate


class Scheduler:
    """Starts the ticks; `tick` is what each does and may be called by hand."""

    def __init__(
        self,
        *,
        clock: Clock,
        owners: Callable[[], Awaitable[list[Person]]],
        sync: SyncJob,
        morning: MorningJob,
        brief_time: time,
        sync_minutes: int,
    ) -> None:
        self._clock = clock
        self._owners = owners
        self._sync = sync
        self._morning = morning
        self._brief_time = brief_time
        self._sync_minutes = sync_minutes

    async def run(self) -> None:
        """Catch up now, then tick until cancelled. May be run again after it failed: each run has ticks of its own."""
        scheduler = AsyncIOScheduler(timezone="UTC")
        interval = IntervalTrigger(minutes=self._sync_minutes)
        options = {"max_instances": 1, "coalesce": True, "misfire_grace_time": None}
        scheduler.add_job(self._sync, interval, id="sync", **options)
        scheduler.add_job(self.tick, IntervalTrigger(minutes=1), id="briefs", **options)
        await self._sync()
        await self.tick()
        scheduler.start()
        try:
            await asyncio.Event().wait()
        finally:
            scheduler.shutdown(wait=False)

    async def tick(self) -> int:
        """Send every brief that is due and not out; returns how many owners were due."""
        now = self._clock.now()
        due = [owner for owner in await self._owners() if is_due(owner, now=now, brief_time=self._brief_time)]
        await self._morning([owner.id for owner in due])
        return len(due)

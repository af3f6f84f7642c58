"""The night run: some hours before briefs are due, ask their model questions in batches."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime, time, timedelta

import structlog

from agents.ports import Clock
from store.domain.crm.accounts import Person
from store.domain.errors import SergasError
from store.domain.people.mornings import next_brief

log = structlog.get_logger()

EARLIEST, LATEST = timedelta(hours=6), timedelta(minutes=30)  # before the briefs are due
EVERY = timedelta(minutes=10)  # between two looks

Prepare = Callable[[Iterable[str], datetime], Awaitable[None]]


class NightJob:
    """`prepare` asks the questions of these owners' briefs for that time."""

    def __init__(
        self, prepare: Prepare, clock: Clock, *, owners: Callable[[], Awaitable[list[Person]]], brief_time: time
    ) -> None:
        self._prepare = prepare
        self._clock = clock
        self._owners = owners
        self._brief_time = brief_time
        self._begun: set[tuple[str, datetime]] = set()

    async def once(self) -> int:
        """Prepare the briefs due now, those of one moment together; returns for how many. Overlapping calls begin none twice."""
        found = await self._new()
        await asyncio.gather(*(self._prepared(owners, due) for due, owners in found.items()))
        return sum(map(len, found.values()))

    async def _new(self) -> dict[datetime, list[str]]:
        """Owners by the time of their next brief, each once."""
        now = self._clock.now()
        found: dict[datetime, list[str]] = defaultdict(list)
        for owner in await self._owners():
            due = next_brief(owner, now=now, brief_time=self._brief_time)
            if due is not None and LATEST <= due - now <= EARLIEST and (owner.id, due) not in self._begun:
                self._begun.add((owner.id, due))
                found[due].append(owner.id)
        self._begun = {each for each in self._begun if each[1] > now}
        return found

    async def _prepared(self, owners: list[str], due: datetime) -> None:
        try:
            await self._prepare(owners, due)
        except SergasError as exc:
            log.warning("night.postponed", owners=len(owners), problem=str(exc))
        except Exception as exc:  # a job runner: the morning does without
            log.error("job.failed", job="night", error=type(exc).__name__, exc_info=exc)

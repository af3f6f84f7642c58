"""The morning as a job: one piece of work per owner and day, the owner with the most at risk first, a few at a time. A
failure doesn't stop the others."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import structlog

from agents.flows.accounts.morning_brief import MorningBrief
from agents.ports import Clock
from bot.jobs.work import LOWEST, Ending, Engine, Steps, Value, Work, reporting
from store.database import Database
from store.domain.crm.people import local_day

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Due:
    owner_id: str
    day: date
    at_risk: float


class MorningJob:
    def __init__(
        self,
        morning: MorningBrief,
        database: Database,
        clock: Clock,
        engine: Engine,
        *,
        at_once: int = 2,
        everywhere: int | None = None,
    ) -> None:
        self._morning = morning
        self._database = database
        self._clock = clock
        self._engine = engine
        engine.carry(Work(name="briefs", run=self._carry, at_once=at_once, everywhere=everywhere))

    async def __call__(self, owner_ids: Sequence[str], *, times: Mapping[str, datetime] | None = None) -> list[str]:
        """Send the day's brief to each owner without one, as `start`. Returns the ids of the briefs sent by this call."""
        endings = await self.start(owner_ids, times=times)
        sent = await asyncio.gather(*(ending() for ending in endings))
        return [brief_id for brief_id in sent if isinstance(brief_id, str)]

    async def start(self, owner_ids: Sequence[str], *, times: Mapping[str, datetime] | None = None) -> list[Ending]:
        """Make sure that each of these owners gets the brief for their local day. A second call starts nothing twice. `times` are
        when their briefs were due: someone who got all their accounts after that reads of them tomorrow.

        Returns how to wait for those that this call started.
        """
        endings = []
        for due in await self._due(owner_ids, times or {}):
            key = f"brief:{due.owner_id}:{due.day.isoformat()}"
            priority = LOWEST - min(int(due.at_risk), LOWEST - 1)
            arguments = (due.owner_id, due.day.isoformat())
            endings.append(await self._engine.start("briefs", key, *arguments, priority=priority))
        return [ending for ending in endings if ending]

    async def _due(self, owner_ids: Sequence[str], times: Mapping[str, datetime]) -> list[_Due]:
        """Owners without today's brief in Slack, the greatest amount at high risk first."""
        now, wanted = self._clock.now(), set(owner_ids)
        async with self._database.reading() as tx:
            days = {p.id: local_day(p, now) for p in await tx.people.all() if p.id in wanted}
            told = await tx.briefs.posted_on(days)
            for owner_id in (times.keys() & days.keys()) - told:
                if await tx.snapshots.all_came_after(owner_id, times[owner_id]):
                    told.add(owner_id)
            at_risk = await tx.briefs.at_risk(days.keys() - told)
        due = [
            _Due(owner_id, day, at_risk.get(owner_id, 0.0)) for owner_id, day in days.items() if owner_id not in told
        ]
        return sorted(due, key=lambda each: -each.at_risk)

    async def _carry(self, steps: Steps, owner_id: str, day: str) -> Value:
        brief_id = await steps.step(self._prepare, owner_id, day)
        if not isinstance(brief_id, str):
            return None
        await steps.step(self._post, owner_id, brief_id)
        await steps.step(self._settle, owner_id, brief_id)
        return brief_id

    async def _prepare(self, owner_id: str, day: str) -> str | None:
        with reporting("brief.failed", owner_id=owner_id):
            return await self._morning.prepare(owner_id, date.fromisoformat(day))

    async def _post(self, owner_id: str, brief_id: str) -> None:
        with reporting("brief.failed", owner_id=owner_id, brief_id=brief_id):
            await self._morning.post(brief_id)

    async def _settle(self, owner_id: str, brief_id: str) -> None:
        with reporting("brief.failed", owner_id=owner_id, brief_id=brief_id):
            await self._morning.settle(brief_id)

"""The managers' mornings as a job: one piece of work per manager and day. A failure doesn't stop the others."""

from __future__ import annotations

import asyncio
from datetime import date

from agents.flows.people.team_morning import TeamMorning
from bot.jobs.work import Ending, Engine, Steps, Value, Work, reporting


class TeamMorningJob:
    def __init__(self, morning: TeamMorning, engine: Engine, *, at_once: int = 2) -> None:
        self._morning = morning
        self._engine = engine
        engine.carry(Work(name="teams", run=self._carry, at_once=at_once))

    async def __call__(self) -> list[str]:
        """Send each message that is due, as `start`, and wait. Returns the ids of those sent by this call."""
        sent = await asyncio.gather(*(ending() for ending in await self.start()))
        return [brief_id for brief_id in sent if isinstance(brief_id, str)]

    async def start(self) -> list[Ending]:
        """Make sure that each manager whose message is due gets it. A second call starts nothing twice. Returns how to wait for
        those that this call started."""
        endings = []
        for manager_id, day in await self._morning.due():
            key = f"team:{manager_id}:{day.isoformat()}"
            endings.append(await self._engine.start("teams", key, manager_id, day.isoformat()))
        return [ending for ending in endings if ending]

    async def _carry(self, steps: Steps, manager_id: str, day: str) -> Value:
        brief_id = await steps.step(self._prepare, manager_id, day)
        if isinstance(brief_id, str):
            await steps.step(self._post, manager_id, brief_id)
        return brief_id

    async def _prepare(self, manager_id: str, day: str) -> str | None:
        with reporting("team.failed", manager_id=manager_id):
            return await self._morning.prepare(manager_id, date.fromisoformat(day))

    async def _post(self, manager_id: str, brief_id: str) -> None:
        with reporting("team.failed", manager_id=manager_id, brief_id=brief_id):
            await self._morning.post(brief_id)

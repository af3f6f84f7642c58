"""An engine without records: work runs as tasks of this process and ends with it."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from bot.jobs.job import Job, ProcessRole
from bot.jobs.steps import StepRunner
from bot.jobs.work import LOWEST, Ending, Failed, StepFunction, Value, Work


class LocalEngine:
    """Satisfies `bot.jobs.work.Engine`. Also works without `running`, which only ensures an orderly end."""

    def __init__(self) -> None:
        self._works: dict[str, Work] = {}
        self._places: dict[str, asyncio.Semaphore] = {}
        self._tasks: dict[str, asyncio.Task[Value]] = {}
        self._steps = StepRunner(do=_do, pause=asyncio.sleep, at_once=sys.maxsize)

    def carry(self, work: Work) -> None:
        self._works[work.name] = work
        self._places[work.name] = asyncio.Semaphore(work.at_once)

    async def start(
        self, name: str, key: str, *arguments: str, priority: int = LOWEST, urgent: bool = False
    ) -> Ending | None:
        """Runs work in the order of starting, ignoring priorities: callers start many in order."""
        if key in self._tasks:
            return None
        task = asyncio.create_task(self._carry(self._works[name], arguments), name=key)
        self._tasks[key] = task
        task.add_done_callback(lambda _: self._tasks.pop(key))
        return lambda: asyncio.shield(task)

    @asynccontextmanager
    async def running(self, role: ProcessRole) -> AsyncIterator[None]:
        try:
            yield
        finally:
            await self._steps.drain()

    def upkeep(self) -> Sequence[Job]:
        return ()

    async def _carry(self, work: Work, arguments: Sequence[str]) -> Value:
        with self._steps.carrying():
            try:
                async with self._places[work.name]:
                    return await work.run(self._steps, *arguments)
            except Failed:  # as its job has logged
                return None


async def _do(function: StepFunction, *arguments: str) -> Value:
    return await function(*arguments)

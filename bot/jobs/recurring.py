"""Short jobs that recur, and the processes in which they do."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

import structlog

from bot.telemetry import request
from store.domain.errors import SergasError

log = structlog.get_logger()

PAUSE_SECONDS = 5.0


class Role(StrEnum):
    """What a process of the bot does. ALL does everything; the others share one PostgreSQL."""

    ALL = "all"
    SLACK = "slack"
    WORKER = "worker"
    CLOCK = "clock"

    def covers(self, other: Role) -> bool:
        """Whether a process of this role does the work of the other; work of ALL is done in every process."""
        return Role.ALL in (self, other) or self is other


@dataclass(frozen=True, slots=True)
class Job:
    """`run` is done at once and then again `every` so often, one run at a time, in the processes of `role`."""

    name: str
    run: Callable[[], Awaitable[object]]
    every: timedelta
    role: Role

    async def forever(self) -> None:
        """Until cancelled. A run that fails is logged, and the next one comes all the same."""
        while True:
            with request():
                try:
                    await self.run()
                except SergasError as exc:
                    log.warning("job.postponed", job=self.name, problem=str(exc), error=type(exc).__name__)
                except Exception as exc:  # a job runner: whatever fails, the job must go on
                    log.error("job.failed", job=self.name, error=type(exc).__name__, exc_info=exc)
            await asyncio.sleep(self.every.total_seconds())


@asynccontextmanager
async def running_jobs(
    jobs: Mapping[str, Callable[[], Awaitable[None]]], *, pause_seconds: float = PAUSE_SECONDS
) -> AsyncIterator[None]:
    """Run these endless jobs while the block lasts; they are cancelled and waited for at its end.

    One that fails is started again after a pause.
    """
    tasks = [asyncio.create_task(_supervised(name, job, pause_seconds), name=name) for name, job in jobs.items()]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _supervised(name: str, job: Callable[[], Awaitable[None]], pause_seconds: float) -> None:
    while True:
        try:
            await job()
        except Exception as exc:  # a job runner: whatever fails, the job must go on
            log.error("job.failed", job=name, error=type(exc).__name__, exc_info=exc)
        await asyncio.sleep(pause_seconds)

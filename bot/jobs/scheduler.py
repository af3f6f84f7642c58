"""The one clock: APScheduler ticks for everything that the bot repeats."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from bot.jobs.job import Job
from bot.telemetry import request
from store.domain.errors import SergasError

log = structlog.get_logger()


@asynccontextmanager
async def running_jobs(jobs: Iterable[Job]) -> AsyncIterator[None]:
    """Run these jobs while the block lasts; at its end, cancel them and wait for them."""
    clock = AsyncIOScheduler(timezone="UTC")
    runs = _Runs()
    for job in jobs:
        clock.add_job(
            runs.start,
            IntervalTrigger(seconds=job.every.total_seconds()),
            args=[job],
            id=job.name,
            next_run_time=datetime.now(UTC),
            coalesce=True,
            misfire_grace_time=None,
        )
    clock.start()
    try:
        yield
    finally:
        clock.shutdown(wait=False)
        await asyncio.sleep(0)  # the shutdown takes effect on the loop's next turn
        await runs.end()


class _Runs:
    """The current runs. APScheduler only starts them: it would log each skipped tick and each cancellation as an error."""

    def __init__(self) -> None:
        self._tasks: dict[str, set[asyncio.Task[None]]] = defaultdict(set)

    async def start(self, job: Job) -> None:
        at_work = self._tasks[job.name]
        if at_work and not job.overlap:
            return
        task = asyncio.create_task(_run(job), name=job.name)
        at_work.add(task)
        task.add_done_callback(at_work.discard)

    async def end(self) -> None:
        tasks = [task for at_work in self._tasks.values() for task in at_work]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _run(job: Job) -> None:
    """One run. A failure is logged, and the next tick starts another run."""
    with request():
        try:
            await job.run()
        except SergasError as exc:
            log.warning("job.postponed", job=job.name, problem=str(exc), error=type(exc).__name__)
        except Exception as exc:  # a job runner: the job must go on
            log.error("job.failed", job=job.name, error=type(exc).__name__, exc_info=exc)

"""The clock keeps jobs going: one that fails runs again, and all of them end with the bot."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.jobs.job import Job, ProcessRole
from bot.jobs.scheduler import running_jobs

SOON = timedelta(milliseconds=10)


async def test_a_job_that_fails_runs_again() -> None:
    runs: list[int] = []
    again = asyncio.Event()

    async def run() -> None:
        runs.append(len(runs))
        if len(runs) < 3:
            raise ValueError("it broke")
        again.set()
        await asyncio.Event().wait()

    async with running_jobs([Job("job", run, SOON, ProcessRole.WORKER)]), asyncio.timeout(30):
        await again.wait()

    assert runs == [0, 1, 2]


async def test_on_leaving_every_job_has_ended() -> None:
    ended, started = [], asyncio.Event()

    async def run() -> None:
        try:
            started.set()
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0.05)
            ended.append("job")

    async with running_jobs([Job("job", run, SOON, ProcessRole.WORKER)]), asyncio.timeout(30):
        await started.wait()

    assert ended == ["job"]


@pytest.mark.parametrize(("overlap", "most"), [(False, 1), (True, 3)])
async def test_a_tick_passes_while_a_run_is_at_work_unless_runs_may_overlap(overlap: bool, most: int) -> None:
    at_work, seen = 0, 0
    enough, ticks = asyncio.Event(), asyncio.Event()

    async def run() -> None:
        nonlocal at_work, seen
        at_work += 1
        seen = max(seen, at_work)
        if at_work == most:
            enough.set()
        await asyncio.Event().wait()

    counted = 0

    async def count() -> None:
        nonlocal counted
        counted += 1
        if counted == 10:
            ticks.set()

    jobs = [Job("long", run, SOON, ProcessRole.WORKER, overlap=overlap), Job("short", count, SOON, ProcessRole.WORKER)]
    async with running_jobs(jobs), asyncio.timeout(30):
        await enough.wait()
        await ticks.wait()

    assert seen == 1 if not overlap else seen >= most


@pytest.mark.parametrize(
    ("process", "runs"),
    [
        (ProcessRole.ALL, {ProcessRole.ALL, ProcessRole.SLACK, ProcessRole.WORKER, ProcessRole.CLOCK}),
        (ProcessRole.SLACK, {ProcessRole.ALL, ProcessRole.SLACK}),
        (ProcessRole.WORKER, {ProcessRole.ALL, ProcessRole.WORKER}),
        (ProcessRole.CLOCK, {ProcessRole.ALL, ProcessRole.CLOCK}),
    ],
)
def test_a_process_runs_the_jobs_of_its_part_and_those_of_all(process: ProcessRole, runs: set[ProcessRole]) -> None:
    assert {role for role in ProcessRole if process.covers(role)} == runs

"""Background jobs stay alive: one that fails is started again, all of them end with the bot."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.jobs.recurring import Job, Role, running_jobs


async def test_a_job_that_fails_is_started_again() -> None:
    starts: list[int] = []
    again = asyncio.Event()

    async def job() -> None:
        starts.append(len(starts))
        if len(starts) < 3:
            raise ValueError("it broke")
        again.set()
        await asyncio.Event().wait()

    async with running_jobs({"job": job}, pause_seconds=0), asyncio.timeout(30):
        await again.wait()

    assert starts == [0, 1, 2]


async def test_on_leaving_every_job_has_ended() -> None:
    ended, started = [], asyncio.Event()

    async def job() -> None:
        try:
            started.set()
            await asyncio.Event().wait()
        finally:
            ended.append("job")

    async with running_jobs({"job": job}), asyncio.timeout(30):
        await started.wait()

    assert ended == ["job"]


async def test_a_short_job_that_fails_runs_again_the_next_time() -> None:
    runs: list[int] = []
    again = asyncio.Event()

    async def run() -> None:
        runs.append(len(runs))
        if len(runs) == 1:
            raise ValueError("it broke")
        again.set()

    job = Job("job", run, timedelta(0), Role.WORKER)
    async with running_jobs({job.name: job.forever}), asyncio.timeout(30):
        await again.wait()


@pytest.mark.parametrize(
    ("process", "runs"),
    [
        (Role.ALL, {Role.ALL, Role.SLACK, Role.WORKER, Role.CLOCK}),
        (Role.SLACK, {Role.ALL, Role.SLACK}),
        (Role.WORKER, {Role.ALL, Role.WORKER}),
        (Role.CLOCK, {Role.ALL, Role.CLOCK}),
    ],
)
def test_a_process_runs_the_jobs_of_its_part_and_those_of_all(process: Role, runs: set[Role]) -> None:
    assert {role for role in Role if process.covers(role)} == runs

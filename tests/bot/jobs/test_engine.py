"""Background jobs stay alive: one that fails is started again, all of them end with the bot."""

from __future__ import annotations

import asyncio

from bot.jobs.engine import running_jobs


async def test_a_job_that_fails_is_started_again() -> None:
    starts: list[int] = []
    again = asyncio.Event()

    async def job() -> None:
        starts.append(len(starts))
        if len(starts) < 3:
            raise ValueError("it broke")
        again.set()
        await asyncio.Event().wait()

    async with running_jobs({"job": job}, pause_seconds=0), asyncio.timeout(5):
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

    async with running_jobs({"job": job}), asyncio.timeout(5):
        await started.wait()

    assert ended == ["job"]

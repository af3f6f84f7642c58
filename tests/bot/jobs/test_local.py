"""The engine without a memory: the same work as plain tasks."""

from __future__ import annotations

import asyncio

from bot.jobs.job import ProcessRole
from bot.jobs.local import LocalEngine
from bot.jobs.work import Steps, Work, reporting


async def test_work_runs_a_few_at_once_and_only_once_at_a_time() -> None:
    engine, opened, running, most = LocalEngine(), asyncio.Event(), 0, 0

    async def step(name: str) -> str:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await opened.wait()
        running -= 1
        return name

    async def run(steps: Steps, name: str) -> str:
        return str(await steps.step(step, name))

    engine.carry(Work(name="works", run=run, at_once=2))
    waits = [await engine.start("works", name, name) for name in ("a", "b", "c")]
    assert await engine.start("works", "a", "a") is None
    await asyncio.sleep(0)
    opened.set()

    assert [await wait() for wait in waits if wait] == ["a", "b", "c"]
    assert most == 2


async def test_work_that_fails_ends_as_nothing_and_may_be_started_again() -> None:
    engine = LocalEngine()

    async def run(_: Steps) -> str:
        with reporting("work.failed"):
            raise ValueError("it broke")

    engine.carry(Work(name="works", run=run, at_once=1))
    for _ in range(2):
        wait = await engine.start("works", "key")
        assert wait is not None
        assert await wait() is None


async def test_at_the_end_a_step_at_work_may_end_and_what_sleeps_is_let_go() -> None:
    engine, entered, opened = LocalEngine(), asyncio.Event(), asyncio.Event()
    ended: list[str] = []

    async def step() -> None:
        entered.set()
        await opened.wait()
        ended.append("step")

    async def stepping(steps: Steps) -> None:
        await steps.step(step)
        await steps.step(step)

    async def sleeping(steps: Steps) -> None:
        await steps.sleep(3_600)

    engine.carry(Work(name="stepping", run=stepping, at_once=1))
    engine.carry(Work(name="sleeping", run=sleeping, at_once=1))
    async with asyncio.timeout(30), engine.running(ProcessRole.ALL):
        await engine.start("sleeping", "sleeping")
        await engine.start("stepping", "stepping")
        await entered.wait()
        opening = asyncio.create_task(_open(opened))  # runs as soon as the engine waits for its steps
    await opening

    assert ended == ["step"]


async def _open(door: asyncio.Event) -> None:
    door.set()

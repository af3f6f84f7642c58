"""The two ceilings."""

from __future__ import annotations

import asyncio

from integrations.zoho.limits.throttle import Throttle
from tests.integrations.zoho.bench import Time


async def test_no_minute_sees_more_calls_than_the_ceiling() -> None:
    time, starts = Time(), list[float]()
    throttle = Throttle(concurrency=5, requests_per_minute=3, now=time, sleep=time.wait)

    async def call() -> None:
        async with throttle.slot():
            starts.append(time())
            time.now += 1

    for _ in range(8):
        await call()

    assert starts == [0, 1, 2, 60, 61, 62, 120, 121]


async def test_no_ceiling_a_minute_means_no_waiting() -> None:
    time = Time()
    throttle = Throttle(concurrency=1, requests_per_minute=None, now=time, sleep=time.wait)
    for _ in range(500):
        async with throttle.slot():
            pass
    assert time.now == 0


async def test_no_more_calls_run_at_once_than_allowed() -> None:
    throttle = Throttle(concurrency=2, requests_per_minute=None)
    running, most, go = 0, 0, asyncio.Event()

    async def call() -> None:
        nonlocal running, most
        async with throttle.slot():
            running += 1
            most = max(most, running)
            if running == 2:
                go.set()
            await go.wait()
            running -= 1

    await asyncio.gather(*(call() for _ in range(6)))
    assert most == 2


async def test_the_last_tenth_of_a_minute_is_kept_for_urgent_calls() -> None:
    time = Time()
    throttle = Throttle(concurrency=1, requests_per_minute=20, now=time, sleep=time.wait)
    for _ in range(18):
        async with throttle.slot():
            pass
    for _ in range(2):
        async with throttle.slot(urgent=True):
            assert time() == 0
    async with throttle.slot(urgent=True):
        assert time() == 60


async def test_a_call_that_waits_for_its_turn_keeps_no_place_from_an_urgent_one() -> None:
    time, waiting = Time(), asyncio.Event()

    async def wait_for_ever(_seconds: float) -> None:
        waiting.set()
        await asyncio.Event().wait()

    throttle = Throttle(concurrency=1, requests_per_minute=10, now=time, sleep=wait_for_ever)
    for _ in range(9):
        async with throttle.slot():
            pass
    read = asyncio.create_task(enter(throttle))
    await waiting.wait()

    async with asyncio.timeout(30), throttle.slot(urgent=True):
        assert not read.done()
    read.cancel()


async def enter(throttle: Throttle) -> None:
    async with throttle.slot():
        pass

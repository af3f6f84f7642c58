"""A crowd at the door pushes out itself; who asks and takes the answer is served, whichever library serves."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from integrations.doors.limits import DoorLimits
from tests.integrations.doors.servers import ASK, HALF, HEAD, LIBRARIES, Caller, Work

QUICK = DoorLimits(head_seconds=0.1, body_seconds=0.1, idle_seconds=0.1, answer_seconds=0.1)
SMALL = DoorLimits(connections=4)


@asynccontextmanager
async def crowd(port: int, data: bytes, *, count: int) -> AsyncIterator[list[Caller]]:
    callers = [await Caller.to(port, data) for _ in range(count)]
    yield callers
    for each in callers:
        each.leave()


@pytest.fixture(params=LIBRARIES)
def library(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.mark.parametrize("data", [b"", b"P", HALF, HEAD % 10, HEAD % 10 + b"half"], ids=range(5))
async def test_a_connection_that_keeps_us_waiting_goes_away(library: str, data: bytes) -> None:
    async with LIBRARIES[library](Work(), QUICK) as port, crowd(port, data, count=20) as callers:
        said = await asyncio.gather(*(each.rest() for each in callers))
    assert {b"408 Request Timeout" in each for each in said} == {bool(data)}


async def test_a_connection_without_another_request_is_closed_without_a_word(library: str) -> None:
    async with LIBRARIES[library](Work(), QUICK) as port:
        caller = await Caller.to(port)
        assert await caller.asks() == 200
        assert await caller.rest() == b""


async def test_who_drips_bytes_is_not_waited_for(library: str) -> None:
    async with LIBRARIES[library](Work(), QUICK) as port:
        caller = await Caller.to(port, HEAD % 1_000)
        gone = asyncio.create_task(caller.rest())
        while not gone.done():
            caller.writer.write(b"x")
            await asyncio.sleep(0.02)
        assert b" 408 " in gone.result()


async def test_who_does_not_take_the_answer_is_not_waited_for(library: str) -> None:
    async with LIBRARIES[library](Work(), QUICK) as port:
        caller = await Caller.to(port, ASK.replace(b" / ", b" /pour "))
        await asyncio.sleep(0.6)
        assert await caller.rest(), "it ended, or reading would have gone on for ever"


async def test_an_answer_that_takes_us_long_is_waited_for(library: str) -> None:
    async with LIBRARIES[library](Work(), QUICK) as port:
        caller = await Caller.to(port, ASK.replace(b" / ", b" /drip "))
        assert (await caller.rest()).count(b"drop") == 6


@pytest.mark.parametrize("data", [b"", HALF, HEAD % 10 + b"half"], ids=["silent", "half a head", "half a body"])
async def test_in_a_full_house_one_who_keeps_us_waiting_goes_and_the_newcomer_is_served(
    library: str, data: bytes
) -> None:
    async with LIBRARIES[library](Work(), SMALL) as port, crowd(port, data, count=4) as callers:
        newcomer = await Caller.to(port)
        assert await newcomer.asks(HEAD % 3 + b"abc") == 200
        said = await callers[0].rest()
        assert (b"503 Service Unavailable" in said and b"Retry-After: 2" in said) is bool(data)
        newcomer.leave()


async def test_in_a_house_full_of_work_the_newcomer_is_asked_to_come_again(library: str) -> None:
    work = Work()
    async with (
        LIBRARIES[library](work, SMALL) as port,
        crowd(port, ASK.replace(b" / ", b" /wait "), count=4) as callers,
    ):
        async with asyncio.timeout(10):
            await work.full.wait()
        newcomer = await Caller.to(port, ASK)
        status, headers = await newcomer.answer()
        assert (status, headers["retry-after"]) == (503, "2")
        assert await newcomer.rest() == b""
        work.go.set()
        assert [(await each.answer())[0] for each in callers] == [200] * 4
        callers.pop().leave()
        await asyncio.sleep(0.05)
        again = await Caller.to(port)
        assert await again.asks() == 200
        again.leave()


async def test_a_crowd_does_not_push_out_a_client_who_was_served(library: str) -> None:
    async with LIBRARIES[library](Work(), SMALL) as port:
        client = await Caller.to(port)
        assert await client.asks() == 200
        async with crowd(port, HALF, count=40):
            assert await client.asks() == 200
        client.leave()


async def test_refused_clients_do_not_push_out_a_newcomer(library: str) -> None:
    async with LIBRARIES[library](Work(), SMALL) as port, crowd(port, b"", count=3) as callers:
        for each in callers:
            assert await each.asks(ASK.replace(b" / ", b" /nowhere ")) == 404
        newcomer = await Caller.to(port)
        async with crowd(port, b"", count=2):
            assert await newcomer.asks() == 200
        newcomer.leave()


async def test_a_refused_request_earns_no_place(library: str) -> None:
    async with LIBRARIES[library](Work(), SMALL) as port, crowd(port, b"", count=4) as callers:
        for each in callers:
            assert await each.asks(ASK.replace(b" / ", b" /nowhere ")) == 404
        client = await Caller.to(port)
        assert await client.asks() == 200
        async with crowd(port, b"", count=3):
            assert await client.asks() == 200
        client.leave()


async def test_what_is_under_way_is_bounded_in_bytes_and_small_requests_pass(library: str) -> None:
    limits = DoorLimits(unread_bytes=1 << 20, body_seconds=60)
    async with (
        LIBRARIES[library](Work(), limits) as port,
        crowd(port, HEAD % 1_000_000 + b"x" * 200_000, count=12) as callers,
    ):
        said = [asyncio.create_task(each.rest()) for each in callers]
        newcomer = await Caller.to(port)
        assert await newcomer.asks(HEAD % 3 + b"abc") == 200
        newcomer.leave()
        async with asyncio.timeout(10):
            for gone in itertools.islice(asyncio.as_completed(said), 6):
                await gone
        for each in said:
            each.cancel()


async def test_a_stranger_with_a_small_request_does_not_go_for_known_clients_with_large_ones(library: str) -> None:
    limits = DoorLimits(unread_bytes=1 << 18, body_seconds=60)
    async with LIBRARIES[library](Work(), limits) as port, crowd(port, b"", count=4) as callers:
        for each in callers:
            assert await each.asks() == 200
            each.writer.write(HEAD % 1_000_000 + b"x" * 60_000)
        stranger = await Caller.to(port, HEAD % 3)
        callers[0].writer.write(b"x" * 200_000)
        assert b"503" in await callers[0].rest()
        assert await stranger.asks(b"abc") == 200
        stranger.leave()


async def test_a_body_in_pieces_counts_as_it_comes(library: str) -> None:
    chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    head = b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
    async with LIBRARIES[library](Work(), DoorLimits(unread_bytes=1 << 18, body_seconds=60)) as port:
        caller = await Caller.to(port, head + chunk * 16)
        assert b"503 Service Unavailable" in await caller.rest()

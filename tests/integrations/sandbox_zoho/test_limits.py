"""The daily allowance of API credits, and how many calls may be served at one moment."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest

from integrations.sandbox.zoho import CONCURRENCY
from tests.integrations.sandbox_zoho.company import Wire, running

QUERY = "select id from Deals where id > 0"


@pytest.fixture
async def frugal() -> AsyncIterator[Wire]:
    """A CRM that allows four credits a day."""
    async with running(daily_credits=4) as wire:
        yield wire


async def test_what_remains_is_told_once_half_of_the_day_is_spent(frugal: Wire) -> None:
    answers = [await frugal.get("/org") for _ in range(4)]
    assert [answer.headers.get("X-API-CREDITS-REMAINING") for answer in answers] == [None, "2", "1", "0"]


async def test_a_spent_allowance_refuses_until_a_day_has_passed(frugal: Wire) -> None:
    for _ in range(4):
        assert (await frugal.get("/org")).status_code == 200
    refused = await frugal.get("/org")
    assert (refused.status_code, refused.json()["code"]) == (429, "TOO_MANY_REQUESTS")
    frugal.clock.forward(timedelta(hours=24))
    await frugal.sign_in()
    assert (await frugal.get("/org")).status_code == 200


async def test_a_call_beyond_the_ceiling_is_refused_until_another_one_is_done() -> None:
    async with running(concurrency=CONCURRENCY["free"]) as wire:
        wire.sandbox.faults.hold("GET", "/users$", times=5)
        under_way = [asyncio.create_task(wire.get("/users")) for _ in range(5)]
        await wire.sandbox.faults.held(5)
        refused = await wire.get("/org")
        assert (refused.status_code, refused.json()["code"]) == (429, "TOO_MANY_REQUESTS")
        assert "Retry-After" not in refused.headers
        await wire.sandbox.faults.release()
        assert [answer.status_code for answer in await asyncio.gather(*under_way)] == [200] * 5
        assert (await wire.get("/org")).status_code == 200


async def test_signing_in_is_not_counted_among_the_calls() -> None:
    async with running(concurrency=1) as wire:
        wire.sandbox.faults.hold("GET", "/users$")
        under_way = asyncio.create_task(wire.get("/users"))
        await wire.sandbox.faults.held(1)
        assert (await wire.sign_in()).status_code == 200
        await wire.sandbox.faults.release()
        await under_way


async def test_queries_and_sorted_lists_have_a_lower_ceiling_of_their_own() -> None:
    async with running(concurrency=CONCURRENCY["enterprise"]) as wire:
        wire.sandbox.faults.hold("POST", "/coql$", times=10)
        under_way = [asyncio.create_task(wire.coql(QUERY)) for _ in range(10)]
        await wire.sandbox.faults.held(10)
        sorted_list = await wire.get("/Deals", fields="id", sort_by="Modified_Time")
        assert [(await wire.coql(QUERY)).status_code, sorted_list.status_code] == [429, 429]
        assert (await wire.get("/Deals", fields="id")).status_code == 200
        await wire.sandbox.faults.release()
        assert [answer.status_code for answer in await asyncio.gather(*under_way)] == [200] * 10


async def test_a_refused_call_costs_nothing_and_a_broken_one_gives_its_place_back() -> None:
    async with running(concurrency=1) as wire:
        wire.sandbox.faults.drop("GET", "/org")
        with pytest.raises(httpx.TransportError):
            await wire.get("/org")
        wire.sandbox.faults.hold("GET", "/users$")
        under_way = asyncio.create_task(wire.get("/users"))
        await wire.sandbox.faults.held(1)
        await wire.get("/org")
        await wire.sandbox.faults.release()
        await under_way
        assert (wire.sandbox.calls, wire.sandbox.credits) == (2, 1)

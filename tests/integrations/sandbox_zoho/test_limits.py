"""The daily allowance of API credits."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest

from integrations.sandbox.zoho import ZohoSandbox
from tests.integrations.sandbox_zoho.company import StillClock, Wire, company


@pytest.fixture
async def frugal() -> AsyncIterator[Wire]:
    """A CRM that allows four credits a day."""
    clock = StillClock()
    sandbox = ZohoSandbox(company(), clock=clock.now, daily_credits=4)
    await sandbox.start()
    async with httpx.AsyncClient(base_url=sandbox.url) as http:
        wire = Wire(http, sandbox, clock)
        await wire.sign_in()
        yield wire
    await sandbox.stop()


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

"""Reads are repeated where that may help and never for ever; what an answer means is told in one sentence."""

from __future__ import annotations

import pytest

from store.domain.crm.accounts import Kind, Stream
from store.domain.errors import CrmAuth, CrmRefused, CrmUnavailable
from tests.integrations.zoho.bench import Bench
from tests.integrations.zoho.company import NORTHWIND

TOKEN_PATH = "/oauth/v2/token"


async def test_a_throttled_read_is_repeated_until_it_succeeds(crm: Bench) -> None:
    crm.sandbox.faults.throttle("GET", "/users$", times=2)
    assert len(await crm.client.people()) == 5
    assert len(crm.sent("/users")) == 3


@pytest.mark.parametrize("status", [500, 502, 503, 504])
async def test_a_read_survives_a_service_that_is_unwell_for_a_moment(crm: Bench, status: int) -> None:
    crm.sandbox.faults.answer("GET", "/users$", status=status, body="<html>oops</html>")
    assert len(await crm.client.people()) == 5


async def test_a_read_survives_a_connection_that_breaks(crm: Bench) -> None:
    crm.sandbox.faults.drop("GET", "/users$")
    assert len(await crm.client.people()) == 5


async def test_a_read_gives_up_after_four_attempts(crm: Bench) -> None:
    crm.sandbox.faults.answer("GET", "/users$", status=503, times=9)
    with pytest.raises(CrmUnavailable, match="503"):
        await crm.client.people()
    assert len(crm.sent("/users")) == 4


async def test_a_refused_read_is_not_repeated(crm: Bench) -> None:
    body = {"code": "NO_PERMISSION", "details": {}, "message": "permission denied", "status": "error"}
    crm.sandbox.faults.answer("GET", "/users$", status=403, body=body)
    with pytest.raises(CrmRefused, match="administrator") as raised:
        await crm.client.people()
    assert raised.value.code == "NO_PERMISSION"
    assert len(crm.sent("/users")) == 1


async def test_a_token_that_ends_between_two_calls_is_renewed_once_and_the_call_repeated(crm: Bench) -> None:
    await crm.client.me()
    crm.sandbox.faults.refuse_token("GET", "/users$")
    assert await crm.client.me()
    assert len(crm.sent(TOKEN_PATH)) == 2


async def test_a_token_that_is_refused_again_ends_in_an_error_and_not_in_a_loop(crm: Bench) -> None:
    crm.sandbox.faults.refuse_token("GET", "/users$", times=9)
    with pytest.raises(CrmAuth, match="sign-in"):
        await crm.client.me()
    assert len(crm.sent("/users")) == 2
    assert len(crm.sent(TOKEN_PATH)) == 2


async def test_a_missing_scope_costs_no_new_token_and_says_what_to_do(crm: Bench) -> None:
    body = {"code": "OAUTH_SCOPE_MISMATCH", "details": {}, "message": "invalid oauth scope", "status": "error"}
    crm.sandbox.faults.answer("GET", "/users$", status=401, body=body)
    with pytest.raises(CrmAuth, match="scope"):
        await crm.client.me()
    assert len(crm.sent(TOKEN_PATH)) == 1


async def test_an_answer_that_is_no_json_is_an_error(crm: Bench) -> None:
    crm.sandbox.faults.answer("GET", "/users$", status=200, body="<html>welcome to the hotel network</html>")
    with pytest.raises(CrmRefused, match="unexpected answer") as raised:
        await crm.client.people()
    assert "hotel" not in str(raised.value)


async def test_every_call_and_its_credits_are_counted(crm: Bench) -> None:
    await crm.client.me()
    assert (crm.client.calls, crm.client.credits) == (1, 1)

    assert await crm.client.accounts(owners=None, after=None, limit=50)
    assert (crm.client.calls, crm.client.credits) == (2, 2)

    async for _ in crm.client.changed(Stream.ACCOUNTS, since=None):
        pass
    assert (crm.client.calls, crm.client.credits) == (3, 5)
    assert (crm.sandbox.calls, crm.sandbox.credits) == (3, 5)


async def test_no_token_is_in_an_error_or_in_its_causes(crm: Bench) -> None:
    token = await crm.auth.token()
    crm.sandbox.faults.drop("GET", "/Accounts/", times=9)
    with pytest.raises(CrmUnavailable) as raised:
        await crm.client.record(Kind.ACCOUNT, NORTHWIND)

    assert raised.value.__cause__ is not None
    assert token.value not in f"{raised.value!r} {raised.value.__cause__!r}"

"""Faults on demand: each strikes once, and says truthfully whether the call was carried out."""

from __future__ import annotations

from asyncio import wait_for

import httpx
import pytest

from tests.integrations.sandbox_zoho.company import Wire

TASK = {"Subject": "Call"}


async def test_an_answer_can_be_replaced_and_nothing_is_done(wire: Wire) -> None:
    wire.sandbox.faults.answer("POST", "/Tasks$", status=502, body="Bad Gateway")
    broken = await wire.post("/Tasks", TASK)
    assert (broken.status_code, broken.text, wire.sandbox.ledger) == (502, "Bad Gateway", ())
    assert (await wire.post("/Tasks", TASK)).status_code == 201


async def test_calls_can_be_throttled_several_times(wire: Wire) -> None:
    wire.sandbox.faults.throttle("GET", "/users", times=2)
    answers = [await wire.get("/users") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [429, 429, 200]
    assert answers[0].json()["code"] == "TOO_MANY_REQUESTS"


async def test_a_token_can_be_refused(wire: Wire) -> None:
    wire.sandbox.faults.refuse_token("*", "/org")
    refused = await wire.get("/org")
    assert (refused.status_code, refused.json()["code"]) == (401, "INVALID_TOKEN")
    assert (await wire.get("/org")).status_code == 200


async def test_a_connection_that_drops_before_did_nothing(wire: Wire) -> None:
    wire.sandbox.faults.drop("POST", "/Tasks$")
    with pytest.raises(httpx.TransportError):
        await wire.post("/Tasks", TASK)
    assert wire.sandbox.ledger == ()


async def test_a_connection_that_drops_after_has_committed(wire: Wire) -> None:
    wire.sandbox.faults.drop_after("POST", "/Tasks$")
    with pytest.raises(httpx.TransportError):
        await wire.post("/Tasks", TASK)
    assert [entry.fields for entry in wire.sandbox.ledger] == [TASK]


async def test_a_slow_call_outlasts_an_impatient_client(wire: Wire) -> None:
    wire.sandbox.faults.slow("GET", "/org", seconds=30)
    with pytest.raises(TimeoutError):
        await wait_for(wire.get("/org"), timeout=0.05)
    assert (await wire.get("/org")).status_code == 200


async def test_faults_strike_only_what_they_are_meant_for_and_can_be_cleared(wire: Wire) -> None:
    wire.sandbox.faults.drop("POST", "/Notes$")
    assert (await wire.post("/Tasks", TASK)).status_code == 201
    wire.sandbox.faults.clear()
    assert (await wire.post("/Notes", {})).status_code == 400


async def test_a_fault_can_wait_for_a_later_page(wire: Wire) -> None:
    wire.sandbox.faults.answer("GET", "/Accounts$", status=503, after=1)
    answers = [await wire.get("/Accounts", fields="id", per_page=1, page=page) for page in (1, 2, 2)]
    assert [answer.status_code for answer in answers] == [200, 503, 200]


async def test_tokens_can_end_in_the_middle_of_a_list_which_goes_on_with_a_new_one(wire: Wire) -> None:
    wire.sandbox.faults.expire_tokens("GET", "/Accounts$", after=1)
    first = (await wire.get("/Accounts", fields="id", per_page=1)).json()
    rest = {"fields": "id", "per_page": 1, "page_token": first["info"]["next_page_token"]}
    for _ in range(2):  # every call is refused until there is a new token, not just one
        assert (await wire.get("/Accounts", **rest)).json()["code"] == "INVALID_TOKEN"
    await wire.sign_in()
    second = (await wire.get("/Accounts", **rest)).json()
    assert len({row["id"] for row in first["data"] + second["data"]}) == 2

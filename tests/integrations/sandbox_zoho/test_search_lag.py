"""The lag of Zoho's indexes: a record is there by its id at once, and in lists, searches and timelines only later."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.integrations.sandbox_zoho.company import ACME, Wire

LAG = timedelta(seconds=60)
TASK = {"Subject": "Call", "What_Id": {"id": ACME}, "$se_module": "Accounts"}


@pytest.fixture
async def lagging(wire: Wire) -> Wire:
    wire.sandbox.faults.search_lag = LAG.total_seconds()
    return wire


async def test_a_new_record_is_read_by_its_id_at_once(lagging: Wire) -> None:
    task_id = await _written(lagging)
    assert (await lagging.get(f"/Tasks/{task_id}")).json()["data"][0]["Subject"] == "Call"


@pytest.mark.parametrize("place", ["list", "related list", "search", "COQL"])
async def test_a_new_record_is_found_only_after_the_lag(lagging: Wire, place: str) -> None:
    task_id = await _written(lagging)
    lagging.clock.forward(LAG - timedelta(seconds=1))
    assert task_id not in await _found(lagging, place)
    lagging.clock.forward(timedelta(seconds=1))
    assert task_id in await _found(lagging, place)


async def test_an_update_is_read_at_once_and_stands_in_the_timeline_only_after_the_lag(lagging: Wire) -> None:
    await lagging.put(f"/Accounts/{ACME}", {"Rating": "Active"})
    assert (await lagging.get(f"/Accounts/{ACME}")).json()["data"][0]["Rating"] == "Active"
    assert "Rating" not in await _timeline(lagging)
    lagging.clock.forward(LAG)
    assert "Rating" in await _timeline(lagging)


async def test_without_a_lag_a_new_record_is_found_at_once(wire: Wire) -> None:
    assert await _written(wire) in await _found(wire, "related list")


async def _written(wire: Wire) -> str:
    answer = await wire.post("/Tasks", TASK)
    return str(answer.json()["data"][0]["details"]["id"])


async def _found(wire: Wire, place: str) -> str:
    match place:
        case "list":
            answer = await wire.get("/Tasks", fields="Subject")
        case "related list":
            answer = await wire.get(f"/Accounts/{ACME}/Tasks", fields="Subject")
        case "search":
            answer = await wire.get("/Tasks/search", criteria="(Subject:equals:Call)")
        case _:
            answer = await wire.coql("select id from Tasks where Subject = 'Call'")
    return answer.text


async def _timeline(wire: Wire) -> str:
    return (await wire.get(f"/Accounts/{ACME}/__timeline")).text

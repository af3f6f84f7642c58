"""Lists, single records and related lists: fields, pages, page tokens and what changed since."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from tests.integrations.sandbox_zoho.company import (
    ACME,
    BEN,
    CONTACT,
    DEAL,
    GLOBEX,
    NOBODY,
    NOTE,
    TASK,
    Wire,
    event,
    running,
)

MANY = 2_450


@pytest.fixture(scope="module")
def crowd() -> list[str]:
    """Ids of accounts that were made one after the other, oldest first."""
    return [str(4150000000000100000 + number) for number in range(MANY)]


@pytest.fixture
async def crowded(crowd: list[str]) -> AsyncIterator[Wire]:
    """A CRM with so many accounts that page numbers do not reach them all."""
    events = [event(30 - n / MANY, "create", "Accounts", key, Account_Name=f"Firm {n}") for n, key in enumerate(crowd)]
    async with running(*events) as wire:
        yield wire


def error_of(answer: httpx.Response) -> dict[str, Any]:
    """The error of a list of records, which Zoho's contract has under `data`."""
    error: dict[str, Any] = answer.json()["data"][0]
    return error


async def test_a_list_has_the_fields_asked_for_and_no_others(wire: Wire) -> None:
    answer = await wire.get("/Accounts", fields="Account_Name,Owner,Nonsense", sort_by="id", sort_order="asc")
    assert answer.json()["data"][0] == {
        "id": ACME,
        "Account_Name": "Acme",
        "Owner": {"name": "Ben Okoye", "id": BEN, "email": "ben@example.com"},
    }


async def test_times_carry_the_offset_of_the_users_zone(wire: Wire) -> None:
    found = wire.sandbox.record("Accounts", ACME)
    assert found is not None
    assert found["Created_Time"] == "2025-03-04T09:00:00+01:00"  # winter in Berlin


async def test_a_list_needs_fields(wire: Wire) -> None:
    answer = await wire.get("/Accounts")
    assert (answer.status_code, error_of(answer)["code"]) == (400, "REQUIRED_PARAM_MISSING")
    assert error_of(answer)["details"]["param_name"] == "fields"


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"fields": ",".join(f"F{n}" for n in range(51))}, "LIMIT_EXCEEDED"),
        ({"fields": "id", "per_page": 201}, "LIMIT_EXCEEDED"),
        ({"fields": "id", "per_page": 0}, "INVALID_DATA"),
        ({"fields": "id", "page": "x"}, "INVALID_DATA"),
        ({"fields": "id", "page": 11}, "DISCRETE_PAGINATION_LIMIT_EXCEEDED"),
        ({"fields": "id", "page_token": "made-up"}, "INVALID_DATA"),
        ({"fields": "id", "sort_by": "Account_Name"}, "INVALID_DATA"),
        ({"fields": "id", "sort_order": "up"}, "INVALID_DATA"),
    ],
)
async def test_parameters_that_zoho_does_not_take_are_refused(wire: Wire, params: dict[str, Any], code: str) -> None:
    answer = await wire.get("/Accounts", **params)
    assert (answer.status_code, error_of(answer)["code"]) == (400, code)


async def test_an_empty_list_is_204_without_a_body(wire: Wire) -> None:
    answer = await wire.get("/Tasks", fields="id", page=2)
    assert (answer.status_code, answer.content) == (204, b"")


async def test_page_tokens_reach_every_record_once(crowded: Wire, crowd: list[str]) -> None:
    seen: list[str] = []
    params: dict[str, Any] = {"fields": "id", "sort_order": "asc"}
    while True:
        answer = (await crowded.get("/Accounts", **params)).json()
        seen += [row["id"] for row in answer["data"]]
        if not answer["info"]["more_records"]:
            break
        params["page_token"] = answer["info"]["next_page_token"]
    assert seen == [ACME, GLOBEX, *crowd]


async def test_a_page_token_goes_on_where_it_was_although_records_left(crowded: Wire, crowd: list[str]) -> None:
    params: dict[str, Any] = {"fields": "id", "sort_order": "asc"}
    first = (await crowded.get("/Accounts", **params)).json()
    await crowded.delete(f"/Accounts/{crowd[0]}")
    second = (await crowded.get("/Accounts", page_token=first["info"]["next_page_token"], **params)).json()
    assert int(second["data"][0]["id"]) == int(first["data"][-1]["id"]) + 1


async def test_a_page_token_is_bound_to_its_request(crowded: Wire) -> None:
    token = (await crowded.get("/Accounts", fields="id")).json()["info"]["next_page_token"]
    other = await crowded.get("/Accounts", fields="id,Account_Name", page_token=token)
    assert error_of(other)["code"] == "TOKEN_BOUND_DATA_MISMATCH"
    both = await crowded.get("/Accounts", fields="id", page_token=token, page=2)
    assert error_of(both)["code"] == "AMBIGUITY_DURING_PROCESSING"


async def test_a_page_token_expires_after_a_day(crowded: Wire) -> None:
    token = (await crowded.get("/Accounts", fields="id")).json()["info"]["next_page_token"]
    crowded.clock.forward(timedelta(hours=24))
    await crowded.sign_in()
    assert error_of(await crowded.get("/Accounts", fields="id", page_token=token))["code"] == "EXPIRED_VALUE"


async def test_only_what_was_modified_after_the_time_given_is_listed(wire: Wire) -> None:
    newer = await wire.get("/Deals", fields="Stage", headers={"If-Modified-Since": "2025-04-03T07:59:59+00:00"})
    assert [row["id"] for row in newer.json()["data"]] == [DEAL]
    none = await wire.get("/Deals", fields="Stage", headers={"If-Modified-Since": "2025-04-03T10:00:00+02:00"})
    assert (none.status_code, none.content) == (304, b"")


async def test_a_header_that_is_no_time_is_refused(wire: Wire) -> None:
    answer = await wire.get("/Deals", fields="id", headers={"If-Modified-Since": "yesterday"})
    assert answer.status_code == 400


async def test_one_record_has_all_its_fields_with_names_of_what_it_points_to(wire: Wire) -> None:
    record = (await wire.get(f"/Deals/{DEAL}")).json()["data"][0]
    assert record["Account_Name"] == {"name": "Acme", "id": ACME}
    assert record["Contact_Name"] == {"name": "Lin Chen", "id": CONTACT}
    assert record["Probability"] == 20
    task = (await wire.get(f"/Tasks/{TASK}")).json()["data"][0]
    assert (task["What_Id"], task["$se_module"]) == ({"name": "Acme", "id": ACME}, "Accounts")


async def test_no_record_of_an_id_is_204_and_no_id_at_all_is_an_error(wire: Wire) -> None:
    assert (await wire.get(f"/Deals/{NOBODY}")).status_code == 204
    assert error_of(await wire.get("/Deals/abc"))["code"] == "INVALID_DATA"


@pytest.mark.parametrize(
    ("related", "name", "expected"),
    [("Notes", "Note_Title", "Budget"), ("Tasks", "Subject", "Call back"), ("Events", "Event_Title", "Review"),
     ("Calls", "Subject", "Hello"), ("Deals", "Deal_Name", "Big"), ("Contacts", "Full_Name", "Lin Chen")],
)  # fmt: skip
async def test_related_lists_hold_what_hangs_on_the_record(wire: Wire, related: str, name: str, expected: str) -> None:
    answer = await wire.get(f"/Accounts/{ACME}/{related}", fields=name)
    assert [row[name] for row in answer.json()["data"]] == [expected]
    assert (await wire.get(f"/Accounts/{GLOBEX}/{related}", fields=name)).status_code == 204


async def test_related_lists_need_an_existing_record_list_and_fields(wire: Wire) -> None:
    answers = [
        await wire.get(f"/Accounts/{NOBODY}/Notes", fields="id"),
        await wire.get(f"/Accounts/{ACME}/Nonsense", fields="id"),
        await wire.get(f"/Accounts/{ACME}/Notes"),
    ]
    assert [answer.json()["code"] for answer in answers] == ["INVALID_DATA", "INVALID_DATA", "REQUIRED_PARAM_MISSING"]


async def test_a_note_names_the_module_of_its_parent(wire: Wire) -> None:
    note = (await wire.get("/Notes", fields="Parent_Id")).json()["data"][0]
    assert note["id"] == NOTE
    assert (note["Parent_Id"]["id"], note["Parent_Id"]["name"], note["Parent_Id"]["module"]["api_name"]) == (
        ACME,
        "Acme",
        "Accounts",
    )


async def test_an_unknown_path_is_404(wire: Wire) -> None:
    answer = await wire.get("/Accounts/1/2/3")
    assert (answer.status_code, answer.json()["code"]) == (404, "INVALID_URL_PATTERN")

"""Bulk read: jobs, their files, and everything that Zoho does not take."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import timedelta
from typing import Any

import httpx
import pytest

from integrations.sandbox.zoho import ZohoCredentials
from tests.integrations.sandbox_zoho.company import (
    ACME,
    BEN,
    DEAL,
    GLOBEX,
    OTHER_DEAL,
    TASK,
    Wire,
    event,
    running,
)
from tests.integrations.sandbox_zoho.contract import CONTRACTS, problems

READ = "/crm/bulk/v8/read"


async def test_a_job_gives_a_zip_with_one_csv_named_after_it(wire: Wire) -> None:
    job = await _created(wire, module="Deals", fields=["Deal_Name", "Account_Name", "Amount", "Owner"])
    assert [(file, rows) async for file, rows in _files(wire, job)] == [
        (
            f"{job}.csv",
            [
                {"Id": DEAL, "Deal_Name": "Big", "Account_Name": ACME, "Amount": "5000", "Owner": BEN},
                {"Id": OTHER_DEAL, "Deal_Name": "Small", "Account_Name": "", "Amount": "100", "Owner": BEN},
            ],
        )
    ]


async def test_a_finished_job_tells_what_it_holds_and_where(wire: Wire) -> None:
    job = await _created(wire, module="Accounts", fields=["Account_Name"])
    told = (await wire.send("GET", f"{READ}/{job}")).json()["data"][0]
    assert told["state"] == "COMPLETED"
    assert told["result"] == {
        "page": 1,
        "count": 2,
        "download_url": f"{READ}/{job}/result",
        "per_page": 200_000,
        "more_records": False,
    }


async def test_without_fields_every_field_comes_and_times_have_their_offset(wire: Wire) -> None:
    rows = await _rows(wire, module="Tasks")
    assert {"Id", "Subject", "Status", "What_Id", "Modified_Time"} <= rows[0].keys()
    assert (rows[0]["Id"], rows[0]["What_Id"]) == (TASK, ACME)
    assert rows[0]["Created_Time"] == "2025-04-13T10:00:00+02:00"
    assert "$se_module" not in rows[0]


async def test_columns_reach_over_lookups_and_the_parent_module_can_be_asked_for(wire: Wire) -> None:
    rows = await _rows(wire, module="Deals", fields=["Account_Name.Industry"])
    assert [row["Account_Name.Industry"] for row in rows] == ["Retail", ""]
    assert (await _rows(wire, module="Tasks", fields=["$se_module"]))[0]["$se_module"] == "Accounts"


async def test_text_over_several_lines_with_quotes_comes_through(wire: Wire) -> None:
    text = 'First, "second"\nthird; ünd'
    await wire.put(f"/Deals/{DEAL}", {"Description": text})
    rows = await _rows(wire, module="Deals", fields=["Description"])
    assert rows[0]["Description"] == text


async def test_rows_come_in_pages_and_each_job_says_whether_there_are_more() -> None:
    async with running(bulk_rows=1) as wire:
        pages = []
        for page in (1, 2):
            job = await _created(wire, module="Accounts", fields=["Account_Name"], page=page)
            told = (await wire.send("GET", f"{READ}/{job}")).json()["data"][0]["result"]
            rows = [row["Id"] async for _, found in _files(wire, job) for row in found]
            pages.append((rows, told["count"], told["more_records"]))
        assert pages == [([ACME], 1, True), ([GLOBEX], 1, False)]


async def test_a_job_waits_works_and_is_done_by_the_clock() -> None:
    async with running(bulk_seconds=60) as wire:
        job = await _created(wire, module="Accounts")
        states = []
        for _ in range(3):
            states.append((await wire.send("GET", f"{READ}/{job}")).json()["data"][0]["state"])
            wire.clock.forward(timedelta(seconds=30))
        assert states == ["ADDED", "IN PROGRESS", "COMPLETED"]


async def test_a_job_that_is_not_done_has_no_file() -> None:
    async with running(bulk_seconds=60) as wire:
        job = await _created(wire, module="Accounts")
        early = await wire.send("GET", f"{READ}/{job}/result")
        assert (early.status_code, early.json()["code"]) == (404, "RESOURCE_NOT_FOUND")


async def test_what_changes_after_a_job_is_done_is_not_in_its_file(wire: Wire) -> None:
    job = await _created(wire, module="Accounts", fields=["Account_Name"])
    await wire.send("GET", f"{READ}/{job}")
    await wire.post("/Accounts", {"Account_Name": "Late"})
    assert [len(rows) async for _, rows in _files(wire, job)] == [2]


async def test_a_job_can_fail_and_the_next_one_does_not(wire: Wire) -> None:
    wire.sandbox.faults.fail_bulk()
    states = []
    for _ in range(2):
        job = await _created(wire, module="Accounts")
        told = (await wire.send("GET", f"{READ}/{job}")).json()["data"][0]
        states.append((told["state"], "result" in told))
    assert states == [("FAILURE", False), ("COMPLETED", True)]


async def test_the_eleventh_download_in_a_minute_is_refused(wire: Wire) -> None:
    job = await _created(wire, module="Accounts")
    answers = [await wire.send("GET", f"{READ}/{job}/result") for _ in range(11)]
    assert [answer.status_code for answer in answers] == [200] * 10 + [429]
    assert answers[-1].json()["code"] == "TOO_MANY_REQUESTS"
    wire.clock.forward(timedelta(minutes=1))
    assert (await wire.send("GET", f"{READ}/{job}/result")).status_code == 200


async def test_a_file_is_kept_for_a_day(wire: Wire) -> None:
    job = await _created(wire, module="Accounts")
    wire.clock.forward(timedelta(hours=24))
    await wire.sign_in()
    assert (await wire.send("GET", f"{READ}/{job}")).status_code == 404


async def test_a_job_costs_fifty_credits_and_asking_for_it_one(wire: Wire) -> None:
    job = await _created(wire, module="Accounts")
    assert wire.sandbox.credits == 50
    await wire.send("GET", f"{READ}/{job}")
    await wire.send("GET", f"{READ}/{job}/result")
    assert (wire.sandbox.calls, wire.sandbox.credits) == (3, 52)


@pytest.mark.parametrize(
    ("criteria", "found"),
    [
        (("Amount", "greater_than", "100"), {DEAL}),
        (("Amount", "between", ["50", "200"]), {OTHER_DEAL}),
        (("Amount", "not_between", ["50", "200"]), {DEAL}),
        (("Stage", "equal", "needs analysis"), {DEAL, OTHER_DEAL}),
        (("Deal_Name", "contains", "i"), {DEAL}),
        (("Deal_Name", "not_contains", "i"), {OTHER_DEAL}),
        (("Deal_Name", "starts_with", "S"), {OTHER_DEAL}),
        (("Deal_Name", "ends_with", "g"), {DEAL}),
        (("Account_Name", "equal", ACME), {DEAL}),
        (("Account_Name", "equal", "${EMPTY}"), {OTHER_DEAL}),
        (("Account_Name", "not_equal", "${EMPTY}"), {DEAL}),
        (("Account_Name.Industry", "equal", "Retail"), {DEAL}),
        (("id", "in", [DEAL]), {DEAL}),
        (("Modified_Time", "greater_equal", "2025-04-03T10:00:00+02:00"), {DEAL}),
        (("Deal_Name", "equal", "Nothing"), set()),
    ],
)
async def test_criteria_find(wire: Wire, criteria: tuple[str, str, Any], found: set[str]) -> None:
    rows = await _rows(wire, module="Deals", fields=["Deal_Name"], criteria=_criterion(*criteria))
    assert {row["Id"] for row in rows} == found


async def test_criteria_stand_in_groups(wire: Wire) -> None:
    small, rich = _criterion("Deal_Name", "equal", "Small"), _criterion("Amount", "greater_than", "1000")
    either = {"group_operator": "or", "group": [small, rich]}
    both = {"group_operator": "and", "group": [either, rich, _criterion("Stage", "equal", "Needs Analysis")]}
    for criteria, found in ((either, {DEAL, OTHER_DEAL}), (both, {DEAL})):
        assert {row["Id"] for row in await _rows(wire, module="Deals", criteria=criteria)} == found


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"module": {"api_name": "Notes"}}, "MODULE_NOT_SUPPORTED"),
    ({"module": {"api_name": "Attachments"}}, "MODULE_NOT_SUPPORTED"),
    ({"module": {"api_name": "Emails"}}, "MODULE_NOT_SUPPORTED"),
    ({"module": {"api_name": "Nonsense"}}, "MODULE_NOT_AVAILABLE"),
    ({}, "INVALID_REQUEST"),
    ({"cvid": "1"}, "CVID_NOT_SUPPORTED"),
    ({"page": 0}, "PAGE_NOT_SUPPORTED"),
    ({"page": 501}, "PAGE_RANGE_EXCEEDED"),
    ({"fields": ["Nonsense"]}, "FIELD_NOT_SUPPORTED"),
    ({"fields": ["Owner.email"]}, "FIELD_NOT_SUPPORTED"),
    ({"criteria": {"field": {"api_name": "Nonsense"}, "comparator": "equal", "value": "x"}},
     "FIELD_IN_CRITERIA_NOT_AVAILABLE"),
    ({"criteria": {"field": {"api_name": "Description"}, "comparator": "equal", "value": "x"}},
     "FIELD_IN_CRITERIA_NOT_SUPPORTED"),
    ({"criteria": {"field": {"api_name": "Amount"}, "comparator": "resembles", "value": "1"}},
     "FIELD_COMPARATOR_IN_CRITERIA_NOT_SUPPORTED"),
    ({"criteria": {"field": {"api_name": "Amount"}, "comparator": "contains", "value": "1"}},
     "FIELD_AND_COMPARATOR_IN_CRITERIA_NOT_COMPATIBLE"),
    ({"criteria": {"field": {"api_name": "Amount"}, "comparator": "equal", "value": "much"}},
     "FIELD_AND_VALUE_IN_CRITERIA_NOT_COMPATIBLE"),
    ({"criteria": {"field": {"api_name": "Amount"}, "comparator": "between", "value": ["1"]}},
     "VALUE_IN_CRITERIA_NOT_SUPPORTED"),
    ({"criteria": {"comparator": "equal", "value": "1"}}, "CRITERIA_NOT_SUPPORTED"),
    ({"criteria": {"group_operator": "xor", "group": [{}]}}, "GROUP_OPERATOR_NOT_SUPPORTED"),
    ({"criteria": {"group_operator": "and", "group": [], "field": {"api_name": "id"}}}, "AMBIGUOUS_CRITERIA"),
    ({"criteria": {"group_operator": "or", "group": [
        {"field": {"api_name": "Amount"}, "comparator": "equal", "value": str(n)} for n in range(26)]}},
     "CRITERIA_LIMIT_EXCEEDED"),
]  # fmt: skip


@pytest.mark.parametrize(("query", "code"), REFUSED, ids=lambda part: part if isinstance(part, str) else "")
async def test_what_zoho_does_not_take_is_refused(wire: Wire, query: dict[str, Any], code: str) -> None:
    asked = {"module": {"api_name": "Deals"}, **query} if query else query
    answer = await wire.send("POST", READ, {"query": asked})
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    if CONTRACTS.is_dir():
        assert problems(answer, contract="bulk-read", path="/read", method="post") == []


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("", "REQUEST_BODY_IS_EMPTY"),
        ("{", "REQUEST_BODY_NOT_READABLE"),
        ("[]", "REQUEST_BODY_NOT_SUPPORTED"),
        ("{}", "QUERY_NOT_SUPPORTED"),
        ('{"query": {"module": {"api_name": "Events"}}, "file_type": "ics"}', "NOT_SUPPORTED_FEATURE"),
        ('{"callback": {"url": "https://example.com", "method": "get"}}', "INVALID_CALLBACK_METHOD"),
        ('{"callback": {"url": "https://example.com", "method": "post"}}', "INVALID_CALLBACK_URL"),
    ],
)
async def test_bodies_that_are_no_job_are_refused(wire: Wire, body: str, code: str) -> None:
    answer = await wire.http.post(READ, content=body, headers=wire.headers)
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    if CONTRACTS.is_dir():
        assert problems(answer, contract="bulk-read", path="/read", method="post") == []


@pytest.mark.parametrize("scope", ["ZohoCRM.bulk.READ", "ZohoCRM.modules.Deals.READ"])
async def test_the_bulk_scope_and_the_modules_are_both_needed(scope: str) -> None:
    async with running(credentials=ZohoCredentials(scopes=(scope,))) as wire:
        refused = await wire.send("POST", READ, {"query": {"module": {"api_name": "Deals"}}})
        assert (refused.status_code, refused.json()["code"]) == (401, "OAUTH_SCOPE_MISMATCH")


@pytest.mark.skipif(not CONTRACTS.is_dir(), reason="Zoho's OpenAPI files are not beside the repository")
async def test_jobs_answer_as_the_contract_says() -> None:
    one = {"group_operator": "and", "group": [_criterion("Deal_Name", "equal", "Big")]}
    async with running(bulk_seconds=60) as wire:
        for query in ({}, {"fields": ["Deal_Name"], "criteria": one, "page": 1}):
            body = {"query": {"module": {"api_name": "Deals"}, **query}, "file_type": "csv"}
            added = await wire.send("POST", READ, body)
            assert problems(added, contract="bulk-read", path="/read", method="post") == []
            key = added.json()["data"][0]["details"]["id"]
            for _ in range(3):
                wire.clock.forward(timedelta(seconds=20))
                for path, operation in (
                    (f"{READ}/{key}", "/read/{jobId}"),
                    (f"{READ}/{key}/result", "/read/{jobId}/result"),
                ):
                    answer = await wire.send("GET", path)
                    assert problems(answer, contract="bulk-read", path=operation) == []


@pytest.mark.slow
async def test_two_hundred_thousand_and_one_rows_take_two_jobs() -> None:
    many = [event(1, "create", "Accounts", str(4160000000000000000 + n), Account_Name=f"A{n}") for n in range(199_999)]
    async with running(*many) as wire:
        counts = []
        for page in (1, 2):
            job = await _created(wire, module="Accounts", fields=["Account_Name"], page=page)
            told = await _finished(wire, job)
            counts.append((told["count"], told["more_records"]))
        assert counts == [(200_000, True), (1, False)]


def _criterion(field: str, comparator: str, value: Any) -> dict[str, Any]:
    return {"field": {"api_name": field}, "comparator": comparator, "value": value}


async def _created(wire: Wire, *, module: str, **query: Any) -> str:
    answer = await wire.send("POST", READ, {"query": {"module": {"api_name": module}, **query}})
    assert answer.status_code == 201
    return str(answer.json()["data"][0]["details"]["id"])


async def _finished(wire: Wire, job: str) -> dict[str, Any]:
    """The result of a job, asked for until it is there, as a client does."""
    while (told := (await wire.send("GET", f"{READ}/{job}")).json()["data"][0])["state"] != "COMPLETED":
        assert told["state"] == "IN PROGRESS"
    result: dict[str, Any] = told["result"]
    return result


async def _rows(wire: Wire, *, module: str, **query: Any) -> list[dict[str, str]]:
    job = await _created(wire, module=module, **query)
    return [row async for _, rows in _files(wire, job) for row in rows]


async def _files(wire: Wire, job: str) -> Any:
    answer: httpx.Response = await wire.send("GET", f"{READ}/{job}/result")
    assert answer.headers["Content-Type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        for name in archive.namelist():
            text = archive.read(name).decode("utf-8")
            yield name, list(csv.DictReader(io.StringIO(text, newline="")))

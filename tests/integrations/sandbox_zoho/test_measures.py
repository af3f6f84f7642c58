"""Counting and measuring without reading: record counts and COQL's aggregates."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from integrations.sandbox.zoho import ZohoCredentials
from tests.integrations.sandbox_zoho.company import ACME, ADA, BEN, DEAL, Wire, event, running
from tests.integrations.sandbox_zoho.contract import CONTRACTS, problems

THIRD, FOURTH = "4150000000000000203", "4150000000000000204"
# Beside the two deals of the company (5000 and 100 of Ben's, both in Needs Analysis): two of Ada's.
DEALS = (
    event(30, "create", "Deals", THIRD, Deal_Name="Third", Stage="Qualification", Amount=700, Owner={"id": ADA},
          Closing_Date="2025-05-01"),
    event(20, "create", "Deals", FOURTH, Deal_Name="Fourth", Stage="Closed Won", Amount=40, Owner={"id": ADA},
          Closing_Date="2025-07-01"),
)  # fmt: skip


async def test_a_module_is_counted(wire: Wire) -> None:
    assert (await wire.get("/Accounts/actions/count")).json() == {"count": 2}


@pytest.mark.parametrize(
    ("params", "count"),
    [
        ({"criteria": "(Account_Name:equals:Acme)"}, 1),
        ({"criteria": "((Account_Name:starts_with:A)or(Account_Name:starts_with:G))"}, 2),
        ({"word": "glob"}, 1),
        ({"criteria": "(Account_Name:equals:Nobody)"}, 0),
    ],
)
async def test_what_a_search_finds_is_counted(wire: Wire, params: dict[str, Any], count: int) -> None:
    assert (await wire.get("/Accounts/actions/count", **params)).json() == {"count": count}


async def test_a_count_knows_of_a_new_record_only_after_the_lag(wire: Wire) -> None:
    wire.sandbox.faults.search_lag = 60
    await wire.post("/Accounts", {"Account_Name": "New"})
    assert (await wire.get("/Accounts/actions/count")).json() == {"count": 2}
    wire.clock.forward(timedelta(seconds=60))
    assert (await wire.get("/Accounts/actions/count")).json() == {"count": 3}


async def test_a_count_needs_the_scopes_of_the_module_and_of_search() -> None:
    for scope in ("ZohoCRM.modules.Accounts.READ", "ZohoSearch.securesearch.READ"):
        async with running(credentials=ZohoCredentials(scopes=(scope,))) as wire:
            assert (await wire.get("/Accounts/actions/count")).json()["code"] == "OAUTH_SCOPE_MISMATCH"


COUNTS: list[tuple[str, dict[str, str], int, str | None]] = [
    ("Deals", {}, 200, None),
    ("Deals", {"criteria": "(Amount:greater_than:10)"}, 200, None),
    ("Notes", {}, 400, "NOT_SUPPORTED"),
    ("Nonsense", {}, 400, "INVALID_MODULE"),
    ("Deals", {"cvid": "1", "word": "x"}, 400, "AMBIGUITY_DURING_PROCESSING"),
    ("Deals", {"cvid": "1"}, 400, "INVALID_DATA"),
    ("Deals", {"criteria": "(Nonsense:equals:1)"}, 400, "INVALID_QUERY"),
    ("Deals", {"criteria": "(Amount:equals:much)"}, 400, "INVALID_QUERY"),
    ("Deals", {"criteria": "or".join(["(Amount:equals:1)"] * 16)}, 400, "CRITERIA_LIMIT_EXCEEDED"),
]


@pytest.mark.parametrize(("module", "params", "status", "code"), COUNTS)
async def test_a_count_is_answered_or_refused_as_the_contract_says(
    wire: Wire, module: str, params: dict[str, Any], status: int, code: str | None
) -> None:
    answer = await wire.get(f"/{module}/actions/count", **params)
    assert (answer.status_code, answer.json().get("code")) == (status, code)
    if CONTRACTS.is_dir():
        assert problems(answer, contract="record-count", path="/{moduleApiName}/actions/count") == []


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        (
            "select Owner, Stage, COUNT(id), SUM(Amount) from Deals where Stage != 'Closed Won' group by Owner, Stage "
            "order by SUM(Amount) desc",
            [
                {"Owner": {"id": BEN}, "Stage": "Needs Analysis", "COUNT(id)": 2, "SUM(Amount)": 5100.0},
                {"Owner": {"id": ADA}, "Stage": "Qualification", "COUNT(id)": 1, "SUM(Amount)": 700.0},
            ],
        ),
        (
            "select Stage, AVG(Amount) as mean, MIN(Amount), MAX(Amount) from Deals where id is not null group by Stage "
            "order by mean asc limit 2",
            [
                {"Stage": "Closed Won", "mean": 40.0, "MIN(Amount)": 40.0, "MAX(Amount)": 40.0},
                {"Stage": "Qualification", "mean": 700.0, "MIN(Amount)": 700.0, "MAX(Amount)": 700.0},
            ],
        ),
        (
            "select COUNT(id) as late, MIN(Created_Time), MAX(Closing_Date) from Deals where Closing_Date < '2025-06-02'",
            [{"late": 1, "MIN(Created_Time)": "2025-05-03T10:00:00+02:00", "MAX(Closing_Date)": "2025-05-01"}],
        ),
        (
            "select Owner, count(id) from Tasks where Status != 'Completed' group by Owner",
            [{"Owner": {"id": BEN}, "COUNT(id)": 1}],
        ),
        (
            "select Account_Name.Industry, COUNT(id) from Deals where Account_Name is not null group by Account_Name.Industry",
            [{"Account_Name.Industry": "Retail", "COUNT(id)": 1}],
        ),
        (
            "select COUNT(Closing_Date) from Deals where id is not null",  # only where there is one
            [{"COUNT(Closing_Date)": 2}],
        ),
    ],
)  # fmt: skip
async def test_deals_and_activities_are_measured_by_group(query: str, rows: list[dict[str, object]]) -> None:
    async with running(*DEALS) as wire:
        answer = await wire.coql(query)
        assert answer.json()["data"] == rows
        if CONTRACTS.is_dir():
            assert problems(answer, contract="coql", path="/coql", method="post") == []


async def test_groups_come_in_pages() -> None:
    async with running(*DEALS) as wire:
        query = "select Stage, COUNT(id) from Deals where id is not null group by Stage order by Stage asc limit 2"
        first, second = (await wire.coql(query)).json(), (await wire.coql(f"{query} offset 2")).json()
        assert [row["Stage"] for row in first["data"] + second["data"]] == [
            "Closed Won",
            "Needs Analysis",
            "Qualification",
        ]
        assert [page["info"]["more_records"] for page in (first, second)] == [True, False]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("select Stage, COUNT(id) from Deals where id > 0", "INVALID_QUERY"),
        ("select Deal_Name, COUNT(id) from Deals where id > 0 group by Stage", "INVALID_QUERY"),
        ("select SUM(Stage) from Deals where id > 0", "INVALID_QUERY"),
        ("select AVG(Closing_Date) from Deals where id > 0", "INVALID_QUERY"),
        ("select MAX(Stage) from Deals where id > 0", "INVALID_QUERY"),
        ("select MIN(Owner) from Deals where id > 0", "INVALID_QUERY"),
        ("select COUNT(id) from Deals where id > 0 order by SUM(Amount)", "INVALID_QUERY"),
        ("select COUNT(id from Deals where id > 0", "SYNTAX_ERROR"),
        ("select SUM(Amount), SUM(Amount) from Deals where id > 0", "DUPLICATE_DATA"),
        ("select Stage, Stage from Deals where id > 0", "DUPLICATE_DATA"),
        ("select MIN(Amount) as a, MAX(Amount) as a from Deals where id > 0", "DUPLICATE_ALIAS"),
    ],
)
async def test_measures_that_make_no_sense_are_refused(wire: Wire, query: str, code: str) -> None:
    answer = await wire.coql(query)
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    if CONTRACTS.is_dir():
        assert problems(answer, contract="coql", path="/coql", method="post") == []


async def test_an_aggregate_over_nothing_counts_none_and_knows_no_sum(wire: Wire) -> None:
    query = f"select COUNT(id), SUM(Amount) from Deals where (Account_Name = '{ACME}' and id != '{DEAL}')"
    assert (await wire.coql(query)).json()["data"] == [{"COUNT(id)": 0, "SUM(Amount)": None}]

"""COQL over the wire: what it finds, how it answers, and everything that Zoho refuses."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.sandbox.zoho.coql import Criterion, parse
from integrations.sandbox.zoho.errors import ZohoRefusal
from tests.integrations.sandbox_zoho.company import ACME, BEN, CONTACT, DEAL, OTHER_DEAL, TASK, Wire


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("select id from Deals where Amount > 100", {DEAL}),
        ("select id from Deals where Amount >= 100", {DEAL, OTHER_DEAL}),
        ("select id from Deals where Amount between 50 and 200", {OTHER_DEAL}),
        ("select id from Deals where Stage = 'needs analysis'", {DEAL, OTHER_DEAL}),
        ("select id from Deals where Stage in ('needs analysis')", {DEAL, OTHER_DEAL}),
        ("select id from Deals where Deal_Name like 'B%'", {DEAL}),
        ("select id from Deals where Deal_Name not like 'B%'", {OTHER_DEAL}),
        ("select id from Deals where Account_Name is null", {OTHER_DEAL}),
        ("select id from Deals where Account_Name is not null", {DEAL}),
        (f"select id from Deals where Account_Name = '{ACME}'", {DEAL}),
        (f"select id from Deals where Account_Name.id = {ACME}", {DEAL}),
        ("select id from Deals where Account_Name.Industry = 'Retail'", {DEAL}),
        (f"select id from Deals where id not in ('{DEAL}')", {OTHER_DEAL}),
        (f"select id from Deals where id > '{DEAL}'", {OTHER_DEAL}),
        ("select id from Deals where (Amount > 100 or Deal_Name = 'Small')", {DEAL, OTHER_DEAL}),
        ("select id from Deals where ((Amount > 1 and Amount < 101) or Deal_Name = 'None')", {OTHER_DEAL}),
        ("select id from Deals where Modified_Time >= '2025-04-03T10:00:00+02:00'", {DEAL}),
        ("SELECT id FROM Deals WHERE Amount != 100;", {DEAL}),
        (f"select id from Tasks where What_Id in ('{ACME}')", {TASK}),
        ("select id from Tasks where Due_Date < '2025-06-02'", {TASK}),
    ],
)
async def test_criteria_find(wire: Wire, query: str, found: set[str]) -> None:
    assert {row["id"] for row in (await wire.coql(query)).json()["data"]} == found


async def test_lookups_are_ids_alone_and_dotted_columns_are_flat(wire: Wire) -> None:
    query = f"select Account_Name, Account_Name.Account_Name, Contact_Name.id, Owner from Deals where id = '{DEAL}'"
    assert (await wire.coql(query)).json()["data"] == [
        {
            "id": DEAL,
            "Account_Name": {"id": ACME},
            "Account_Name.Account_Name": "Acme",
            "Contact_Name.id": CONTACT,
            "Owner": {"id": BEN},
        }
    ]


async def test_multi_line_fields_may_be_selected(wire: Wire) -> None:
    rows = (await wire.coql(f"select Description from Deals where id = '{OTHER_DEAL}'")).json()["data"]
    assert rows[0]["Description"] == "Old"


async def test_rows_are_ordered_limited_and_skipped(wire: Wire) -> None:
    first = (await wire.coql("select Deal_Name from Deals where id > 0 order by Amount asc limit 1")).json()
    assert ([row["Deal_Name"] for row in first["data"]], first["info"]) == (
        ["Small"],
        {"count": 1, "more_records": True},
    )
    for limit in ("limit 1 offset 1", "limit 1, 1"):
        second = (await wire.coql(f"select Deal_Name from Deals where id > 0 order by Amount asc {limit}")).json()
        assert ([row["Deal_Name"] for row in second["data"]], second["info"]["more_records"]) == (["Big"], False)


async def test_rows_are_counted_and_summed_by_group(wire: Wire) -> None:
    query = "select Stage, COUNT(id) as deals, SUM(Amount) from Deals where id is not null group by Stage"
    assert (await wire.coql(query)).json()["data"] == [{"Stage": "Needs Analysis", "deals": 2, "SUM(Amount)": 5100.0}]


async def test_nothing_found_is_204(wire: Wire) -> None:
    assert (await wire.coql("select id from Deals where Amount > 1000000")).status_code == 204


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("", "SYNTAX_ERROR"),
        ("select id from Deals", "SYNTAX_ERROR"),
        ("select id from Deals where Amount", "SYNTAX_ERROR"),
        ("select id from Deals where Amount > 1 and Amount < 9 and id > 0", "SYNTAX_ERROR"),
        ("select id from Deals where Stage = 'open", "SYNTAX_ERROR"),
        ("select id from Deals where (Amount > 1", "SYNTAX_ERROR"),
        ("select id from Deals where Amount > 1; drop table Deals", "SYNTAX_ERROR"),
        ("select * from Deals where Amount > 1", "SYNTAX_ERROR"),
        ("select id from Deals where id > 0 limit -1", "SYNTAX_ERROR"),
        ("select id from Nonsense where id > 0", "INVALID_QUERY"),
        ("select id from Notes where id > 0", "INVALID_QUERY"),
        ("select Nonsense from Deals where id > 0", "INVALID_QUERY"),
        ("select Owner.email from Deals where id > 0", "INVALID_QUERY"),
        ("select Amount.id from Deals where id > 0", "INVALID_QUERY"),
        ("select SUM(Stage) from Deals where id > 0", "INVALID_QUERY"),
        ("select id from Deals where Description = 'x'", "INVALID_QUERY"),
        ("select id from Deals where id > 0 order by Description", "INVALID_QUERY"),
        ("select id from Deals where Stage > 'A'", "INVALID_QUERY"),
        ("select id from Deals where Amount like '5%'", "INVALID_QUERY"),
        ("select id from Deals where Amount > 'much'", "INVALID_QUERY"),
        ("select id from Deals where Modified_Time > '2025-04-03'", "INVALID_QUERY"),
        ("select id from Deals where Closing_Date > 'soon'", "INVALID_QUERY"),
        (f"select {', '.join(['id'] * 51)} from Deals where id > 0", "INVALID_QUERY"),
        ("select id from Deals where id > 0 limit 2001", "LIMIT_EXCEEDED"),
        ("select id from Deals where id > 0 limit 2000 offset 98001", "LIMIT_EXCEEDED"),
        (f"select id from Deals where {'(' * 25}id > 0{' and id > 0)' * 25}", "LIMIT_EXCEEDED"),
        (f"select id from Deals where id in ({', '.join(['1'] * 51)})", "LIMIT_EXCEEDED"),
        (f"select id from Deals where {'(' * 5000}id > 0", "LIMIT_EXCEEDED"),
        (f"select id from Deals where id > {10**30}", "INVALID_QUERY"),
    ],
)
async def test_what_zoho_does_not_take_is_refused(wire: Wire, query: str, code: str) -> None:
    answer = await wire.coql(query)
    assert (answer.status_code, answer.json()["code"]) == (400, code)


@pytest.mark.parametrize(("limit", "credits"), [(200, 1), (1000, 2), (2000, 3)])
async def test_a_query_costs_by_its_limit(wire: Wire, limit: int, credits: int) -> None:
    await wire.coql(f"select id from Deals where id > 0 limit {limit}")
    assert (wire.sandbox.calls, wire.sandbox.credits) == (1, credits)


async def test_a_body_without_a_query_is_refused(wire: Wire) -> None:
    answer = await wire.http.post("/crm/v8/coql", json={"query": "x"}, headers=wire.headers)
    assert answer.json()["details"] == {"api_name": "select_query"}


def test_a_syntax_error_says_where() -> None:
    with pytest.raises(ZohoRefusal) as caught:
        parse("select id\nfrom Deals wher id > 0")
    assert caught.value.details == {"clause": "where"}
    with pytest.raises(ZohoRefusal) as caught:
        parse("select id\nfrom Deals where id ? 0")
    assert caught.value.details == {"line": 2, "column": 21, "near": "? 0"}


@given(st.text())
def test_any_text_comes_out_of_its_quotes_as_it_went_in(text: str) -> None:
    quoted = text.replace("'", "''")
    assert parse(f"select id from Deals where Stage = '{quoted}'").where == Criterion("Stage", "=", (text,))


@given(st.text())
def test_any_text_is_a_query_or_a_refusal(text: str) -> None:
    assert _understood(text) in (True, False)
    assert _understood(f"select id from Deals where {text}") in (True, False)


def _understood(query: str) -> bool:
    """Whether this is COQL; anything but a refusal is an error of ours and raises."""
    try:
        parse(query)
    except ZohoRefusal:
        return False
    return True

"""`/{module}/search`: criteria, words, addresses and numbers."""

from __future__ import annotations

from typing import Any

import pytest

from tests.integrations.sandbox_zoho.company import ACME, DEAL, GLOBEX, OTHER_DEAL, Wire


@pytest.mark.parametrize(
    ("module", "params", "found"),
    [
        ("Accounts", {"criteria": "(Account_Name:equals:acme)"}, {ACME}),
        ("Accounts", {"criteria": "(Account_Name:starts_with:Glo)"}, {GLOBEX}),
        ("Accounts", {"criteria": "((Account_Name:equals:Acme)or(Account_Name:equals:Globex))"}, {ACME, GLOBEX}),
        ("Accounts", {"criteria": "(Account_Name:in:Acme,Globex)"}, {ACME, GLOBEX}),
        ("Deals", {"criteria": "((Amount:greater_than:50)and(Amount:less_equal:100))"}, {OTHER_DEAL}),
        ("Deals", {"criteria": "(Amount:between:4000,6000)"}, {DEAL}),
        ("Deals", {"criteria": f"(Account_Name:equals:{ACME})"}, {DEAL}),
        ("Accounts", {"word": "lobe"}, {GLOBEX}),
    ],
)
async def test_a_search_finds(wire: Wire, module: str, params: dict[str, Any], found: set[str]) -> None:
    answer = await wire.get(f"/{module}/search", **params)
    assert {row["id"] for row in answer.json()["data"]} == found


async def test_values_may_hold_brackets_and_commas_behind_a_backslash(wire: Wire) -> None:
    await wire.post("/Accounts", {"Account_Name": "Odd (Ltd), Sons"})
    answer = await wire.get("/Accounts/search", criteria=r"(Account_Name:equals:Odd \(Ltd\)\, Sons)")
    assert [row["Account_Name"] for row in answer.json()["data"]] == ["Odd (Ltd), Sons"]


async def test_a_per_cent_sign_stands_for_itself(wire: Wire) -> None:
    assert (await wire.get("/Accounts/search", criteria="(Account_Name:contains:%)")).status_code == 204


async def test_contacts_are_found_by_address_and_number(wire: Wire) -> None:
    made = await wire.post("/Contacts", {"Last_Name": "Diaz", "Email": "Diaz@example.com", "Phone": "+49 30 1"})
    key = made.json()["data"][0]["details"]["id"]
    by_address = await wire.get("/Contacts/search", email="diaz@example.com")
    by_number = await wire.get("/Contacts/search", phone="+49 30 1")
    assert [row["id"] for answer in (by_address, by_number) for row in answer.json()["data"]] == [key, key]


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({}, "EXPECTED_PARAM_MISSING"),
        ({"criteria": "Account_Name:equals:Acme"}, "INVALID_QUERY"),
        ({"criteria": "((Account_Name:equals:Acme)"}, "INVALID_QUERY"),
        ({"criteria": "(Nonsense:equals:Acme)"}, "INVALID_QUERY"),
        ({"criteria": "(Account_Name:resembles:Acme)"}, "INVALID_QUERY"),
        ({"criteria": "(Employees:equals:many)"}, "INVALID_QUERY"),
        ({"criteria": "and".join(["(Account_Name:equals:x)"] * 16)}, "CRITERIA_LIMIT_EXCEEDED"),
        ({"criteria": "(" * 100}, "CRITERIA_LIMIT_EXCEEDED"),
        ({"word": "x", "page": "11"}, "LIMIT_REACHED"),
    ],
)
async def test_what_zoho_does_not_take_is_refused(wire: Wire, params: dict[str, Any], code: str) -> None:
    answer = await wire.get("/Accounts/search", **params)
    assert (answer.status_code, answer.json()["code"]) == (400, code)

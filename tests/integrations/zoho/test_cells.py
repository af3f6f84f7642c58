"""Cells with odd values: each spoils its own field alone."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from integrations.zoho.cells import moment
from integrations.zoho.entities import entity_from
from store.domain.crm.unread import Why
from tests.integrations.zoho.test_entities import read


def test_a_record_that_lacks_what_every_record_has_says_so_and_one_without_an_id_is_none() -> None:
    deal = entity_from("Deals", {"id": "12", "Deal_Name": "Renewal"})
    assert deal is not None
    assert {each.name: each.why for each in deal.unread} == dict.fromkeys(
        ("Created_Time", "Modified_Time", "Stage"), Why.EMPTY
    )
    assert entity_from("Deals", {"Deal_Name": "Renewal"}) is None


ODD: tuple[tuple[str, str, object, str], ...] = (
    ("Deals", "Amount", "1.2M", "amount"),
    ("Deals", "Amount", True, "amount"),
    ("Deals", "Amount", "NaN", "amount"),
    ("Deals", "Amount", 1e300, "amount"),
    ("Deals", "Amount", {"value": 5}, "amount"),
    ("Deals", "Closing_Date", "31/02", "closing_date"),
    ("Deals", "Closing_Date", "2026-02-31", "closing_date"),
    ("Deals", "Closing_Date", 20260231, "closing_date"),
    ("Deals", "Closing_Date", "9999-12-31", "closing_date"),
    ("Deals", "Account_Name", "Acme", "account_id"),
    ("Deals", "Account_Name", {"name": "Acme"}, "account_id"),
    ("Deals", "Contact_Name", ["7"], "contact_id"),
    ("Deals", "Stage", None, "stage"),
    ("Deals", "Next_Step", {"text": "Call"}, "next_step"),
    ("Deals", "Deal_Name", "D" * 1_001, "name"),
    ("Accounts", "Annual_Revenue", "a lot", "annual_revenue"),
    ("Accounts", "Account_Name", "", "name"),
    ("Accounts", "Rating", "Ac\0tive", "rating"),
    ("Accounts", "Account_Type", "half \ud800", "account_type"),
    ("Accounts", "Owner", "Anna", "owner_id"),
    ("Contacts", "Last_Name", None, "name"),
    ("Tasks", "Due_Date", "tomorrow", "at"),
    ("Tasks", "Status", ["Completed"], "done"),
    ("Events", "End_DateTime", "0001-01-01T00:00:00+01:00", "ends_at"),
    ("Calls", "Call_Start_Time", "25:00", "at"),
    ("Notes", "Note_Content", "<p>" * 400_000, "text"),
    ("Notes", "Parent_Id", {"id": "Acme", "module": "Accounts"}, "account_id"),
    ("Deals", "Created_Time", "yesterday", "created_at"),
    ("Deals", "Modified_Time", 0, "modified_at"),
)


@pytest.mark.parametrize(("module", "field", "value", "ours"), ODD)
def test_an_odd_value_spoils_its_own_field_alone(module: str, field: str, value: object, ours: str) -> None:
    fine = {"Last_Name": "Okafor", "Stage": "Qualification", "Deal_Name": "Renewal"}
    odd = read(module, **fine | ({"Account_Name": "Acme"} if module == "Accounts" else {}) | {field: value})

    assert {each.name for each in odd.unread} == {field}
    assert ours in {each.field for each in odd.unread}
    assert not value or str(value) not in repr(odd.unread)


@pytest.mark.parametrize(
    ("module", "fields"),
    [
        (
            "Deals",
            {"Amount": "48000.0", "Stage": "Qualification", "Deal_Name": "Renewal", "Closing_Date": "2026-03-31"},
        ),
        ("Deals", {"Amount": "1.5E7", "Stage": "Qualification", "Deal_Name": 2026, "Closing_Date": ""}),
        ("Contacts", {"Last_Name": "Okafor", "Account_Name": {}}),
    ],
)
def test_what_an_export_writes_as_text_reads_well(module: str, fields: dict[str, Any]) -> None:
    assert read(module, **fields).unread == ()


def test_a_bare_date_is_its_midnight_and_fractions_of_a_second_are_dropped() -> None:
    assert moment("2026-03-18") == datetime(2026, 3, 18, tzinfo=UTC)
    assert moment("2026-03-18T01:00:00.750+01:00") == datetime(2026, 3, 18, tzinfo=UTC)

"""A deal's own movements stay with it when it loses its account or goes to another."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from integrations.sandbox.history import CrmEvent, Json
from tests.flows.company import ANNA, BOREALIS, FIRST_NIGHT, FJORD, MONDAY, SLIPPING
from tests.flows.stage import ANNAS, NIGHT, stage

LATER = MONDAY + timedelta(hours=2)


@pytest.mark.parametrize(
    ("module", "record", "op", "fields", "where"),
    [
        ("Accounts", BOREALIS, "delete", {}, "Deals without an account"),
        ("Deals", SLIPPING, "update", {"Account_Name": None}, "Deals without an account"),
        ("Deals", SLIPPING, "update", {"Account_Name": {"id": FJORD}}, "Fjord Lines"),
    ],
)
async def test_a_slip_is_told_where_the_deal_is_now(
    module: str, record: str, op: str, fields: dict[str, Json], where: str, sqlite_url: str, tmp_path: Path
) -> None:
    event = CrmEvent(at=LATER, op="update", module=module, id=record, user_id=ANNA, fields=fields)
    async with stage(sqlite_url, tmp_path) as made:
        assert await made.look(FIRST_NIGHT)
        assert await made.look(LATER)
        made.zoho.happens(replace(event, op="delete") if op == "delete" else event)
        assert await made.look(NIGHT)
        await made.morning()
        shown = made.shown(ANNAS)
    assert "“Cold chain” slipped 32 days to 30 Jun" in shown
    assert where in shown
    assert "Borealis Foods" not in shown

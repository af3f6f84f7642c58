"""What a real CRM does to its clients: lists that end, records that return unseen, and values of no known type."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from integrations.sandbox.history import CrmUser
from store.domain.errors import BadInput
from tests.integrations.sandbox_zoho.company import ACME, DEAL, Wire, event, running

MANY = 2_001
ENDS = "DISCRETE_PAGINATION_LIMIT_EXCEEDED"


@pytest.fixture
async def crowded() -> AsyncIterator[Wire]:
    """A CRM from which many left, records and users."""
    keys = [str(4150000000000100000 + number) for number in range(MANY)]
    made = [event(20, "create", "Accounts", key, Account_Name="Firm") for key in keys]
    gone = [event(10, "delete", "Accounts", key) for key in keys]
    staff = [
        CrmUser(
            id=str(4150000000000900000 + n), first_name="U", last_name=str(n), email=f"{n}@example.com", time_zone="UTC"
        )
        for n in range(MANY)
    ]
    async with running(*made, *gone, users=staff) as wire:
        yield wire


@pytest.mark.parametrize("path", ["/Accounts/deleted", "/users"])
async def test_a_list_without_page_tokens_ends_after_two_thousand_rows(crowded: Wire, path: str) -> None:
    last = (await crowded.get(path, page=10, per_page=200)).json()
    assert last["info"]["more_records"]
    assert not last["info"].get("next_page_token")
    assert (await crowded.get(path, page=11, per_page=200)).json()["code"] == ENDS
    assert (await crowded.get(path, page=1, per_page=201)).json()["code"] == "LIMIT_EXCEEDED"
    assert (await crowded.get(path, page_token="made up")).status_code == 400


async def test_a_restored_record_is_as_it_was_and_in_no_list_of_changes(wire: Wire) -> None:
    before = wire.sandbox.record("Deals", DEAL)
    wire.sandbox.happens(replace(event(0, "delete", "Deals", DEAL), at=wire.clock.now()))
    assert wire.sandbox.record("Deals", DEAL) is None
    wire.sandbox.restore("Deals", DEAL)

    assert wire.sandbox.record("Deals", DEAL) == before
    assert (await wire.get("/Deals/deleted")).status_code == 204
    with pytest.raises(BadInput):
        wire.sandbox.restore("Deals", DEAL)


async def test_an_odd_value_shows_in_every_read_until_someone_edits_the_field(wire: Wire) -> None:
    wire.sandbox.distort("Accounts", ACME, Annual_Revenue="1.2M")
    query = f"select Annual_Revenue from Accounts where id = '{ACME}'"
    listed = (await wire.get("/Accounts", fields="Annual_Revenue", ids=ACME)).json()["data"]
    one = (await wire.get(f"/Accounts/{ACME}")).json()["data"]
    queried = (await wire.coql(query)).json()["data"]
    assert [rows[0]["Annual_Revenue"] for rows in (listed, one, queried)] == ["1.2M"] * 3

    wire.sandbox.happens(replace(event(0, "update", "Accounts", ACME, Annual_Revenue=5.0), at=wire.clock.now()))
    assert (await wire.get(f"/Accounts/{ACME}")).json()["data"][0]["Annual_Revenue"] == 5.0

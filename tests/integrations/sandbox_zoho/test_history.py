"""Timelines and deleted records."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.integrations.sandbox_zoho.company import ACME, CONTACT, DEAL, NOBODY, TASK, Wire


async def test_a_timeline_tells_each_change_with_its_old_and_new_value(wire: Wire) -> None:
    entries = (await wire.get(f"/Deals/{DEAL}/__timeline")).json()["__timeline"]
    assert [entry["action"] for entry in entries] == ["updated", "added"]
    moved = {change["api_name"]: change["_value"] for change in entries[0]["field_history"]}
    assert moved["Stage"] == {"old": "Qualification", "new": "Needs Analysis"}
    assert moved["Contact_Name"] == {"old": None, "new": "Lin Chen"}
    assert entries[0]["done_by"]["name"] == "Ben Okoye"
    assert entries[0]["source"] == "crm_ui"


async def test_a_write_through_the_api_is_told_as_such(wire: Wire) -> None:
    await wire.put(f"/Accounts/{ACME}", {"Rating": "Active"})
    latest = wire.sandbox.history("Accounts", ACME)[0]
    assert (latest["source"], latest["done_by"]["name"]) == ("crm_api", "Ada Berg")


async def test_a_timeline_comes_in_pages(wire: Wire) -> None:
    for rating in ("Active", "Acquired", "Shut Down"):
        await wire.put(f"/Accounts/{ACME}", {"Rating": rating})
    first = (await wire.get(f"/Accounts/{ACME}/__timeline", per_page=3)).json()
    rest = (
        await wire.get(f"/Accounts/{ACME}/__timeline", per_page=3, page_token=first["info"]["next_page_token"])
    ).json()
    assert [len(first["__timeline"]), len(rest["__timeline"])] == [3, 1]
    assert rest["__timeline"][0]["action"] == "added"
    assert not rest["info"]["more_records"]


async def test_there_is_no_timeline_of_a_record_that_does_not_exist(wire: Wire) -> None:
    assert (await wire.get(f"/Deals/{NOBODY}/__timeline")).json()["code"] == "INVALID_DATA"


async def test_a_deleted_record_leaves_the_lists_and_stands_among_the_deleted(wire: Wire) -> None:
    wire.clock.forward(timedelta(minutes=5))
    assert (await wire.delete(f"/Contacts/{CONTACT}")).json()["data"][0]["code"] == "SUCCESS"
    assert (await wire.get(f"/Contacts/{CONTACT}")).status_code == 204
    listed = (await wire.get("/Contacts/deleted", type="all")).json()["data"]
    assert [(row["id"], row["display_name"], row["type"]) for row in listed] == [(CONTACT, "Lin Chen", "recycle")]
    assert listed[0]["deleted_time"] == "2025-06-02T10:05:00+02:00"


async def test_a_lookup_keeps_pointing_to_a_record_in_the_recycle_bin(wire: Wire) -> None:
    await wire.delete(f"/Contacts/{CONTACT}")
    deal = wire.sandbox.record("Deals", DEAL)
    assert deal is not None
    assert deal["Contact_Name"] == {"name": "Lin Chen", "id": CONTACT}


@pytest.mark.parametrize(("since", "status"), [("2025-06-02T07:59:59+00:00", 200), ("2025-06-02T08:00:00+00:00", 304)])
async def test_only_what_was_deleted_after_the_time_given_is_listed(wire: Wire, since: str, status: int) -> None:
    await wire.delete(f"/Tasks/{TASK}")
    assert (await wire.get("/Tasks/deleted", headers={"If-Modified-Since": since})).status_code == status


async def test_after_sixty_days_a_record_is_gone_for_good(wire: Wire) -> None:
    await wire.delete(f"/Tasks/{TASK}")
    assert (await wire.get("/Tasks/deleted", type="permanent")).status_code == 204
    wire.clock.forward(timedelta(days=60))
    await wire.sign_in()
    assert (await wire.get("/Tasks/deleted", type="permanent")).json()["data"][0]["type"] == "permanent"
    assert (await wire.get("/Tasks/deleted", type="recycle")).status_code == 204

"""What administrators do in the CRM's own pages, and what a client then meets."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from integrations.sandbox.zoho import ZohoSandbox
from store.domain.errors import BadInput
from tests.integrations.sandbox_zoho.company import (
    ACME,
    BEN,
    CONTACT,
    DEAL,
    GLOBEX,
    NOBODY,
    NOTE,
    TASK,
    StillClock,
    Wire,
    company,
)
from tests.integrations.sandbox_zoho.contract import CONTRACTS, problems


async def test_a_locked_record_can_be_read_and_not_written(wire: Wire) -> None:
    wire.sandbox.lock("Accounts", ACME)
    refused = await wire.put(f"/Accounts/{ACME}", {"Rating": "Active"})
    refusal = refused.json()["data"][0]
    assert (refused.status_code, refusal["code"]) == (400, "RECORD_LOCKED")
    assert refusal["details"] == {"api_name": "id", "action": "record_locking", "json_path": "$.data[0].id"}
    assert (await wire.get(f"/Accounts/{ACME}")).json()["data"][0]["Rating"] is None
    assert (await wire.delete(f"/Accounts/{ACME}")).json()["code"] == "RECORD_LOCKED"
    assert wire.sandbox.ledger == ()
    wire.sandbox.unlock("Accounts", ACME)
    assert (await wire.put(f"/Accounts/{ACME}", {"Rating": "Active"})).status_code == 200


async def test_other_records_are_written_beside_a_locked_one(wire: Wire) -> None:
    wire.sandbox.lock("Accounts", ACME)
    answer = await wire.put("/Accounts", {"id": ACME, "Rating": "Active"}, {"id": GLOBEX, "Rating": "Active"})
    assert (answer.status_code, [one["code"] for one in answer.json()["data"]]) == (207, ["RECORD_LOCKED", "SUCCESS"])


@pytest.mark.skipif(not CONTRACTS.is_dir(), reason="Zoho's OpenAPI files are not beside the repository")
async def test_locks_answer_as_the_contract_says(wire: Wire) -> None:
    wire.sandbox.lock("Accounts", ACME)
    one, path = f"/Accounts/{ACME}", "/{module}/{recordID}"
    assert problems(await wire.put(one, {"Rating": "Active"}), contract="record", path=path, method="put") == []
    assert problems(await wire.delete(one), contract="record", path=path, method="delete") == []


async def test_a_module_that_is_switched_off_is_known_to_nobody(wire: Wire) -> None:
    wire.sandbox.disable("Deals")
    assert (await wire.get("/Deals", fields="id")).json()["data"][0]["code"] == "INVALID_MODULE"
    assert (await wire.post("/Deals", {"Deal_Name": "x"})).json()["data"][0]["code"] == "INVALID_MODULE"
    assert (await wire.get(f"/Accounts/{ACME}/Deals", fields="id")).json()["code"] == "INVALID_DATA"
    assert (await wire.coql("select id from Deals where id > 0")).json()["code"] == "INVALID_QUERY"
    assert (await wire.get("/Deals/actions/count")).json()["code"] == "INVALID_MODULE"
    assert (await wire.get("/settings/fields", module="Deals")).json()["code"] == "INVALID_DATA"
    bulk = await wire.send("POST", "/crm/bulk/v8/read", {"query": {"module": {"api_name": "Deals"}}})
    assert bulk.json()["code"] == "MODULE_NOT_AVAILABLE"
    assert "Deals" not in await _modules(wire)


async def test_a_module_that_is_switched_on_again_has_its_records_as_before(wire: Wire) -> None:
    before = await _modules(wire)
    wire.sandbox.disable("Deals")
    wire.sandbox.enable("Deals")
    assert await _modules(wire) == before
    assert len((await wire.get("/Deals", fields="id")).json()["data"]) == 2


async def test_a_module_that_is_off_leaves_the_ids_of_the_others(wire: Wire) -> None:
    before = await _modules(wire)
    wire.sandbox.disable("Accounts")
    assert await _modules(wire) == {name: key for name, key in before.items() if name != "Accounts"}


async def test_a_renamed_field_keeps_its_values_its_history_and_its_id(wire: Wire) -> None:
    await wire.put(f"/Contacts/{CONTACT}", {"Buying_Role": "Sponsor"})
    before = await _fields(wire, "Contacts")
    wire.sandbox.redefine("Contacts", "Buying_Role", api_name="Role_In_Deal", label="Role in the deal")
    contact = (await wire.get(f"/Contacts/{CONTACT}")).json()["data"][0]
    assert (contact["Role_In_Deal"], "Buying_Role" in contact) == ("Sponsor", False)
    after = await _fields(wire, "Contacts")
    assert after == {name if name != "Buying_Role" else "Role_In_Deal": key for name, key in before.items()}
    history = (await wire.get(f"/Contacts/{CONTACT}/__timeline")).json()["__timeline"][0]["field_history"]
    assert [change["api_name"] for change in history] == ["Role_In_Deal"]


async def test_a_renamed_field_is_written_by_its_new_name_alone(wire: Wire) -> None:
    wire.sandbox.redefine("Contacts", "Buying_Role", api_name="Role_In_Deal")
    assert (await wire.put(f"/Contacts/{CONTACT}", {"Role_In_Deal": "Champion"})).status_code == 200
    assert (await wire.post("/Contacts", {"Last_Name": "Wu", "Role_In_Deal": "User"})).status_code == 201
    await wire.put(f"/Contacts/{CONTACT}", {"Buying_Role": "Gatekeeper"})  # passed over, as Zoho does
    assert (await wire.get(f"/Contacts/{CONTACT}")).json()["data"][0]["Role_In_Deal"] == "Champion"
    assert (await wire.coql("select Buying_Role from Contacts where id > 0")).json()["code"] == "INVALID_QUERY"


async def test_a_removed_field_is_gone_and_the_others_keep_their_ids(wire: Wire) -> None:
    await wire.put(f"/Contacts/{CONTACT}", {"Buying_Role": "Sponsor"})
    before = await _fields(wire, "Contacts")
    wire.sandbox.remove_field("Contacts", "Buying_Role")
    assert "Buying_Role" not in (await wire.get(f"/Contacts/{CONTACT}")).json()["data"][0]
    assert await _fields(wire, "Contacts") == {name: key for name, key in before.items() if name != "Buying_Role"}
    assert (await wire.post("/Contacts", {"Last_Name": "Wu"})).status_code == 201
    assert (await wire.get(f"/Contacts/{CONTACT}/__timeline")).status_code == 200


def test_standard_fields_cannot_be_renamed_or_removed() -> None:
    sandbox = ZohoSandbox(company(), clock=StillClock().now)
    with pytest.raises(BadInput, match="standard field"):
        sandbox.redefine("Contacts", "Email", api_name="Mail")
    with pytest.raises(BadInput, match="standard field"):
        sandbox.remove_field("Contacts", "Email")
    with pytest.raises(BadInput, match="already"):
        sandbox.redefine("Contacts", "Buying_Role", api_name="Email")


async def test_a_field_of_a_file_cannot_be_renamed(tmp_path: Path) -> None:
    sandbox = ZohoSandbox(company(), clock=StillClock().now, path=tmp_path / "crm.db")
    with pytest.raises(BadInput, match="in memory"):
        sandbox.redefine("Contacts", "Buying_Role", api_name="Role_In_Deal")
    await sandbox.stop()


async def test_a_merge_deletes_the_loser_and_moves_what_hung_on_it(wire: Wire) -> None:
    wire.clock.forward(timedelta(minutes=1))
    wire.sandbox.merge("Accounts", GLOBEX, ACME)
    assert (await wire.get(f"/Accounts/{ACME}")).status_code == 204
    gone = (await wire.get("/Accounts/deleted", type="all")).json()["data"]
    assert [(one["id"], one["display_name"]) for one in gone] == [(ACME, "Acme")]
    found = {name: (await wire.get(f"/Accounts/{GLOBEX}/{name}", fields="id")).json()["data"] for name in
             ("Contacts", "Deals", "Tasks", "Events", "Calls", "Notes")}  # fmt: skip
    assert [len(rows) for rows in found.values()] == [1] * 6
    assert (found["Deals"][0]["id"], found["Tasks"][0]["id"], found["Notes"][0]["id"]) == (DEAL, TASK, NOTE)


async def test_a_merge_shows_on_the_winner_and_on_the_children_only_where_asked(wire: Wire) -> None:
    before = await _modified(wire, "Accounts", GLOBEX), await _modified(wire, "Deals", DEAL)
    wire.sandbox.merge("Accounts", GLOBEX, ACME)
    quiet = await _modified(wire, "Accounts", GLOBEX), await _modified(wire, "Deals", DEAL)
    assert (quiet[0] > before[0], quiet[1]) == (True, before[1])
    wire.clock.forward(timedelta(minutes=1))
    created = await wire.post("/Accounts", {"Account_Name": "Third"})
    wire.sandbox.merge("Accounts", created.json()["data"][0]["details"]["id"], GLOBEX, touch_children=True)
    assert await _modified(wire, "Deals", DEAL) > before[1]


async def test_a_merge_leaves_the_children_of_others_alone(wire: Wire) -> None:
    wire.sandbox.merge("Accounts", ACME, GLOBEX)
    assert [row["id"] for row in (await wire.get(f"/Accounts/{ACME}/Deals", fields="id")).json()["data"]] == [DEAL]


@pytest.mark.parametrize("loser", [ACME, NOBODY])
def test_only_two_records_that_exist_can_be_merged(loser: str) -> None:
    sandbox = ZohoSandbox(company(), clock=StillClock().now)
    sandbox.play(StillClock().now())
    with pytest.raises(BadInput, match="cannot be merged"):
        sandbox.merge("Accounts", ACME, loser)
    assert sandbox.record("Accounts", ACME) is not None


@pytest.mark.parametrize("act", ["disable", "enable", "lock", "remove_field", "hide_field"])
def test_what_does_not_exist_cannot_be_administered(act: str) -> None:
    sandbox = ZohoSandbox(company(), clock=StillClock().now)
    more: dict[str, Any] = {"lock": {"key": ACME}, "remove_field": {"field": "x"}, "hide_field": {"field": "x"}}.get(
        act, {}
    )
    with pytest.raises(BadInput, match="Nonsense"):
        getattr(sandbox, act)("Nonsense", **more)


async def _modules(wire: Wire) -> dict[str, str]:
    return {one["api_name"]: one["id"] for one in (await wire.get("/settings/modules")).json()["modules"]}


async def _fields(wire: Wire, module: str) -> dict[str, str]:
    listed = (await wire.get("/settings/fields", module=module)).json()["fields"]
    return {one["api_name"]: one["id"] for one in listed}


async def _modified(wire: Wire, module: str, key: str) -> str:
    return str((await wire.get(f"/{module}/{key}")).json()["data"][0]["Modified_Time"])


async def test_a_user_who_leaves_is_disabled_and_keeps_their_records(wire: Wire) -> None:
    ben = next(user for user in wire.sandbox.company.users if user.id == BEN)
    wire.sandbox.keep_user(replace(ben, active=False))
    listed = (await wire.get("/users", type="DeactiveUsers")).json()["users"]
    assert [(user["id"], user["status"]) for user in listed if user["id"] == BEN] == [(BEN, "disabled")]
    assert (await wire.get(f"/Accounts/{ACME}")).json()["data"][0]["Owner"]["id"] == BEN


async def test_a_user_who_joins_is_listed(wire: Wire) -> None:
    ben = next(user for user in wire.sandbox.company.users if user.id == BEN)
    wire.sandbox.keep_user(replace(ben, id="4150000000000000009", email="new@example.com"))
    listed = (await wire.get("/users", type="ActiveUsers")).json()["users"]
    assert "new@example.com" in [user["email"] for user in listed]

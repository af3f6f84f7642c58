"""Creating, updating and deleting through the API: what is checked, what is answered, what the ledger shows."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from tests.integrations.sandbox_zoho.company import ACME, ADA, DEAL, EVE, GLOBEX, NOBODY, NOTE, NOW, TASK, Wire

TASK_FIELDS: dict[str, Any] = {
    "Subject": "Call Lin",
    "Due_Date": "2025-06-05",
    "Status": "Not Started",
    "Priority": "High",
    "What_Id": {"id": ACME},
    "$se_module": "Accounts",
    "Owner": {"id": ADA},
    "Description": "About the budget. [SAM-0123456789]",
}


async def test_a_task_is_created_and_hangs_on_its_account(wire: Wire) -> None:
    answer = await wire.post("/Tasks", TASK_FIELDS)
    key = answer.json()["data"][0]["details"]["id"]
    assert answer.status_code == 201
    rows = (await wire.get(f"/Accounts/{ACME}/Tasks", fields="Subject,Description")).json()["data"]
    assert {"id": key, "Subject": "Call Lin", "Description": TASK_FIELDS["Description"]} in rows


async def test_a_note_is_created_on_a_deal(wire: Wire) -> None:
    parent = {"module": {"api_name": "Deals"}, "id": DEAL}
    answer = await wire.post("/Notes", {"Note_Title": "T", "Note_Content": "C", "Parent_Id": parent})
    assert answer.status_code == 201
    notes = (await wire.get(f"/Deals/{DEAL}/Notes", fields="Note_Content,Parent_Id")).json()["data"]
    assert [(note["Note_Content"], note["Parent_Id"]["name"]) for note in notes] == [("C", "Big")]


async def test_every_committed_write_stands_in_the_ledger_and_nothing_else(wire: Wire) -> None:
    assert not wire.sandbox.ledger  # what was played is no write
    await wire.post("/Tasks", TASK_FIELDS, {"Subject": ""})
    await wire.put(f"/Accounts/{ACME}", {"Rating": "Active", "Nonsense": 1})
    await wire.delete(f"/Tasks/{TASK}")
    entries = [(entry.op, entry.module, entry.fields) for entry in wire.sandbox.ledger]
    assert entries == [
        ("create", "Tasks", TASK_FIELDS),
        ("update", "Accounts", {"Rating": "Active"}),
        ("delete", "Tasks", {}),
    ]
    assert {(entry.at, entry.user_id) for entry in wire.sandbox.ledger} == {(NOW, ADA)}


async def test_ids_may_be_integers_and_content_type_may_be_missing_as_the_official_sdk_sends(wire: Wire) -> None:
    body = json.dumps({"data": [{**TASK_FIELDS, "What_Id": {"id": int(ACME)}, "Owner": int(ADA)}]})
    headers = {**wire.headers, "Content-Type": ""}
    answer = await wire.http.post("/crm/v8/Tasks", content=body, headers=headers)
    assert answer.status_code == 201


@pytest.mark.parametrize(
    ("record", "code", "api_name"),
    [
        ({"Subject": None}, "MANDATORY_NOT_FOUND", "Subject"),
        ({"Subject": "x" * 301}, "INVALID_DATA", "Subject"),
        ({"Subject": 7}, "INVALID_DATA", "Subject"),
        ({"Status": "Perhaps"}, "INVALID_DATA", "Status"),
        ({"Due_Date": "05.06.2025"}, "INVALID_DATA", "Due_Date"),
        ({"What_Id": {"id": NOBODY}}, "INVALID_DATA", "What_Id"),
        ({"What_Id": {"id": GLOBEX}, "$se_module": "Deals"}, "INVALID_DATA", "What_Id"),
        ({"What_Id": {"name": "Acme"}}, "INVALID_DATA", "What_Id"),
        ({"$se_module": None}, "DEPENDENT_FIELD_MISSING", "$se_module"),
        ({"Owner": {"id": NOBODY}}, "INVALID_DATA", "Owner"),
        ({"Owner": {"id": EVE}}, "INVALID_DATA", "Owner"),
    ],
)
async def test_a_task_that_does_not_fit_is_refused_with_the_field(
    wire: Wire, record: dict[str, Any], code: str, api_name: str
) -> None:
    answer = await wire.post("/Tasks", TASK_FIELDS | record)
    error = answer.json()["data"][0]
    assert (answer.status_code, error["code"], error["details"]["api_name"]) == (400, code, api_name)
    assert wire.sandbox.ledger == ()


async def test_other_values_are_checked_by_their_type(wire: Wire) -> None:
    refused = [
        await wire.post("/Accounts", {"Account_Name": "A", "Employees": "many"}),
        await wire.post("/Accounts", {"Account_Name": "A", "Employees": True}),
        await wire.post("/Contacts", {"Last_Name": "A", "Email": "nowhere"}),
        await wire.post(
            "/Events", {"Event_Title": "A", "Start_DateTime": "2025-06-05T10:00:00", "End_DateTime": "2025-06-05"}
        ),
        await wire.post("/Notes", {"Note_Content": "x", "Parent_Id": {"id": ACME}}),
    ]
    assert [answer.json()["data"][0]["details"]["api_name"] for answer in refused] == [
        "Employees", "Employees", "Email", "Start_DateTime", "$se_module",
    ]  # fmt: skip


async def test_one_refused_record_does_not_stop_the_others(wire: Wire) -> None:
    answer = await wire.post("/Tasks", {}, TASK_FIELDS)
    assert answer.status_code == 207
    assert [result["code"] for result in answer.json()["data"]] == ["MANDATORY_NOT_FOUND", "SUCCESS"]
    assert answer.json()["data"][0]["details"]["json_path"] == "$.data[0].Subject"
    assert len(wire.sandbox.ledger) == 1


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"{", "INVALID_DATA"),
        (b"[" * 100_000, "INVALID_DATA"),
        (rb'{"data": [{"Subject": "\ud800"}]}', "INVALID_DATA"),
        (b"[]", "MANDATORY_NOT_FOUND"),
        (b'{"data": {}}', "INVALID_DATA"),
        (b'{"data": []}', "INVALID_DATA"),
        (b'{"data": [{"Subject": "x"}], "trigger": ["everything"]}', "INVALID_DATA"),
        (json.dumps({"data": [{"Subject": "x"}] * 101}).encode(), "LIMIT_EXCEEDED"),
    ],
)
async def test_a_body_that_is_not_zohos_is_refused_as_a_whole(wire: Wire, body: bytes, code: str) -> None:
    answer = await wire.http.post("/crm/v8/Tasks", content=body, headers=wire.headers)
    assert (answer.status_code, answer.json()["data"][0]["code"]) == (400, code)
    assert wire.sandbox.ledger == ()


async def test_an_update_changes_its_fields_stamps_the_record_and_leaves_the_rest(wire: Wire) -> None:
    wire.clock.forward(timedelta(minutes=30))
    answer = await wire.put(f"/Accounts/{ACME}", {"Rating": "Active"})
    assert answer.status_code == 200
    record = wire.sandbox.record("Accounts", ACME)
    assert record is not None
    assert (record["Rating"], record["Industry"], record["Modified_By"]["id"]) == ("Active", "Retail", ADA)
    assert record["Modified_Time"] == "2025-06-02T10:30:00+02:00"


async def test_a_child_does_not_touch_its_parents_modified_time(wire: Wire) -> None:
    before = wire.sandbox.record("Accounts", ACME)
    wire.clock.forward(timedelta(minutes=30))
    await wire.post("/Tasks", TASK_FIELDS)
    assert wire.sandbox.record("Accounts", ACME) == before


@pytest.mark.parametrize(("seconds", "status"), [(-1, 412), (0, 200), (1, 200)])
async def test_an_update_of_a_record_modified_since_is_refused(wire: Wire, seconds: int, status: int) -> None:
    await wire.put(f"/Accounts/{ACME}", {"Rating": "Active"})
    since = (NOW + timedelta(seconds=seconds)).isoformat()
    answer = await wire.put(f"/Accounts/{ACME}", {"Rating": "Shut Down"}, headers={"If-Unmodified-Since": since})
    assert answer.status_code == status
    assert len(wire.sandbox.ledger) == (1 if status == 412 else 2)
    if status == 412:
        error = answer.json()["data"][0]
        assert (error["code"], error["details"]["Modified_Time"]) == ("ALREADY_MODIFIED", "2025-06-02T10:00:00+02:00")


async def test_several_records_are_updated_by_the_ids_in_the_body(wire: Wire) -> None:
    answer = await wire.put(
        "/Accounts", {"id": ACME, "Rating": "Active"}, {"id": NOBODY, "Rating": "Active"}, {"Rating": "Active"}
    )
    assert answer.status_code == 207
    assert [result["code"] for result in answer.json()["data"]] == ["SUCCESS", "INVALID_DATA", "INVALID_DATA"]


async def test_what_the_crm_derives_follows_a_change(wire: Wire) -> None:
    await wire.put(f"/Tasks/{TASK}", {"Status": "Completed"})
    await wire.put(f"/Deals/{DEAL}", {"Stage": "Closed Won"})
    task, deal = wire.sandbox.record("Tasks", TASK), wire.sandbox.record("Deals", DEAL)
    assert task is not None
    assert deal is not None
    assert (task["Closed_Time"], deal["Probability"]) == ("2025-06-02T10:00:00+02:00", 100)


async def test_a_mandatory_field_cannot_be_emptied(wire: Wire) -> None:
    answer = await wire.put(f"/Accounts/{ACME}", {"Account_Name": None})
    assert answer.json()["data"][0]["details"]["api_name"] == "Account_Name"


async def test_several_records_are_deleted_at_once(wire: Wire) -> None:
    answer = await wire.delete("/Notes", ids=f"{NOTE},{NOBODY}")
    assert [result["code"] for result in answer.json()["data"]] == ["SUCCESS", "INVALID_DATA"]
    assert wire.sandbox.record("Notes", NOTE) is None


@pytest.mark.parametrize(("module", "key"), [("Tasks", TASK), ("Notes", NOTE)])
async def test_a_removed_record_is_gone_and_lies_in_the_recycle_bin(wire: Wire, module: str, key: str) -> None:
    wire.clock.forward(timedelta(minutes=30))
    answer = await wire.delete(f"/{module}/{key}")
    assert (answer.status_code, answer.json()["data"][0]["details"]) == (200, {"id": key})
    assert (await wire.get(f"/{module}/{key}")).status_code == 204
    (bin_entry,) = (await wire.get(f"/{module}/deleted", type="recycle")).json()["data"]
    assert (bin_entry["id"], bin_entry["deleted_time"]) == (key, "2025-06-02T10:30:00+02:00")


async def test_what_is_not_there_cannot_be_removed(wire: Wire) -> None:
    await wire.delete(f"/Tasks/{TASK}")
    for key in (TASK, NOBODY, "none"):
        answer = await wire.delete(f"/Tasks/{key}")
        assert (answer.status_code, answer.json()["code"]) == (400, "INVALID_DATA")
    assert len(wire.sandbox.ledger) == 1


async def test_a_removal_says_true_or_false_of_workflows(wire: Wire) -> None:
    answer = await wire.delete(f"/Tasks/{TASK}", wf_trigger="perhaps")
    assert (answer.json()["code"], wire.sandbox.record("Tasks", TASK) is not None) == ("INVALID_DATA", True)


async def test_a_field_that_an_administrator_changed_is_told_and_held_to(wire: Wire) -> None:
    wire.sandbox.redefine("Tasks", "Priority", mandatory=True)
    wire.sandbox.redefine("Tasks", "Due_Date", read_only=True)
    told = {field["api_name"]: field for field in (await wire.get("/settings/fields", module="Tasks")).json()["fields"]}
    assert (told["Priority"]["system_mandatory"], told["Due_Date"]["read_only"]) == (True, True)
    answer = await wire.post("/Tasks", TASK_FIELDS | {"Priority": None})
    assert answer.json()["data"][0]["details"]["api_name"] == "Priority"
    key = (await wire.post("/Tasks", TASK_FIELDS)).json()["data"][0]["details"]["id"]
    made = wire.sandbox.record("Tasks", key)
    assert made is not None
    assert made["Due_Date"] is None


async def test_ten_records_cost_one_credit(wire: Wire) -> None:
    await wire.post("/Tasks", *[TASK_FIELDS] * 11)
    assert (wire.sandbox.calls, wire.sandbox.credits) == (1, 2)

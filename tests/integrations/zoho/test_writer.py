"""One request per approval, and a verdict that says no more than is known."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import httpx
import pytest

from integrations.sandbox.history import CrmEvent
from integrations.zoho.transport import Call
from integrations.zoho.writer import ZohoWriter, verdict_of
from store.domain.accounts import Kind
from store.domain.approvals import ApprovedChange
from store.domain.proposals import AddNote, CreateTask, FieldChange, UpdateAccount, Write, digest_of
from store.domain.verdicts import Verdict
from tests.integrations.zoho import company as known
from tests.integrations.zoho.bench import CREDENTIALS, Bench, bench
from tests.integrations.zoho.company import ANNA, NORTHWIND, NOW, RENEWAL, START, company

MARKER = "[SAM-0123456789]"
TASK = CreateTask(
    parent_kind=Kind.DEAL,
    parent_id=RENEWAL,
    parent_name="Renewal",
    subject="Call Sam",
    description="Ask about the terms.",
    due=date(2026, 3, 24),
    priority="High",
    assignee_id=ANNA,
    assignee_name="Anna Berg",
)
NOTE = AddNote(
    parent_kind=Kind.ACCOUNT, parent_id=NORTHWIND, parent_name="Northwind", title="Slipped", text="By 14 days."
)
UPDATE = UpdateAccount(
    account_id=NORTHWIND,
    account_name="Northwind",
    changes=(FieldChange(field="account_type", before="Prospect", after="Customer"),),
    unless_modified_since=START,
)
DESCRIBED = replace(
    UPDATE, changes=(FieldChange(field="description", before="Moves goods.\nSlowly.", after="Moves goods fast."),)
)
WRITES = pytest.mark.parametrize(
    "write", [TASK, NOTE, UPDATE, DESCRIBED], ids=["task", "note", "update", "description"]
)
PATH = "/(Tasks|Notes|Accounts/[0-9]+)$"


def approved(write: Write) -> ApprovedChange:
    return ApprovedChange(
        proposal_id="0123456789" + "a" * 22,
        version=1,
        digest=digest_of(write),
        write=write,
        marker=MARKER,
        approved_by=ANNA,
        approved_at=NOW,
    )


def fault_on(write: Write) -> tuple[str, str]:
    """The method and path of the request that carries this write."""
    return ("PUT" if isinstance(write, UpdateAccount) else "POST", PATH)


def attempts(crm: Bench) -> int:
    return sum(request.method in ("POST", "PUT") and "/oauth/" not in request.url.path for request in crm.requests)


async def test_a_task_stands_in_the_crm_as_it_was_approved_with_its_marker_at_the_end(crm: Bench) -> None:
    result = await crm.writer.write(approved(TASK))

    assert (result.verdict, result.error) == (Verdict.DONE, None)
    task = record(crm, "Tasks", result.crm_id)
    assert {
        name: task[name] for name in ("Subject", "Description", "Due_Date", "Priority", "Status", "$se_module")
    } == {
        "Subject": "Call Sam",
        "Description": f"Ask about the terms.\n\n{MARKER}",
        "Due_Date": "2026-03-24",
        "Priority": "High",
        "Status": "Not Started",
        "$se_module": "Deals",
    }
    assert (task["What_Id"]["id"], task["Owner"]["id"]) == (RENEWAL, ANNA)


async def test_a_note_stands_on_its_record_with_its_marker_at_the_end(crm: Bench) -> None:
    result = await crm.writer.write(approved(NOTE))

    note = record(crm, "Notes", result.crm_id)
    assert (note["Note_Title"], note["Note_Content"]) == ("Slipped", f"By 14 days.\n\n{MARKER}")
    assert note["Parent_Id"]["id"] == NORTHWIND


async def test_an_update_changes_the_approved_fields_alone_and_leaves_no_marker(crm: Bench) -> None:
    before = record(crm, "Accounts", NORTHWIND)

    result = await crm.writer.write(approved(UPDATE))

    after = record(crm, "Accounts", NORTHWIND)
    assert (result.verdict, result.crm_id) == (Verdict.DONE, NORTHWIND)
    assert {name for name in after if after[name] != before.get(name)} == {
        "Account_Type",
        "Modified_Time",
        "Modified_By",
    }
    assert MARKER not in str(after)


async def test_no_write_fires_the_customers_workflows(crm: Bench) -> None:
    for write in (TASK, UPDATE):
        await crm.writer.write(approved(write))
    bodies = [json.loads(request.content) for request in crm.requests if "/oauth/" not in request.url.path]
    assert [body["trigger"] for body in bodies] == [[], []]


async def test_an_update_of_a_record_that_moved_since_drifts_and_writes_nothing() -> None:
    moved = annas_update(Rating="Acquired")
    async with bench(company([*known.standard_events(), moved])) as crm:
        result = await crm.writer.write(approved(UPDATE))

        assert result.verdict is Verdict.DRIFTED
        assert crm.sandbox.ledger == ()


@WRITES
async def test_what_the_crm_refuses_is_refused_with_its_code_and_never_sent_again(crm: Bench, write: Write) -> None:
    body = {
        "data": [{"code": "INVALID_DATA", "details": {"api_name": "Owner"}, "message": "invalid", "status": "error"}]
    }
    crm.sandbox.faults.answer(*fault_on(write), status=400, body=body)

    result = await crm.writer.write(approved(write))

    assert result.verdict is Verdict.REFUSED
    assert "INVALID_DATA" in str(result.error)
    assert "Owner" in str(result.error)
    assert attempts(crm) == 1


async def test_a_task_for_a_record_that_is_gone_is_refused(crm: Bench) -> None:
    result = await crm.writer.write(approved(replace(TASK, parent_id="4150868000003999999")))
    assert result.verdict is Verdict.REFUSED
    assert crm.sandbox.ledger == ()


async def test_a_field_that_may_not_be_written_is_refused_before_anything_is_sent(crm: Bench) -> None:
    change = approved(replace(UPDATE, changes=(FieldChange(field="annual_revenue", before=None, after="1"),)))

    assert (await crm.writer.write(change)).verdict is Verdict.REFUSED
    assert crm.requests == []


@WRITES
async def test_a_throttled_write_was_not_sent_and_is_not_repeated_here(crm: Bench, write: Write) -> None:
    crm.sandbox.faults.throttle(*fault_on(write))
    assert (await crm.writer.write(approved(write))).verdict is Verdict.NOT_SENT
    assert attempts(crm) == 1
    assert crm.sandbox.ledger == ()


@WRITES
@pytest.mark.parametrize("status", [500, 502, 503, 504])
async def test_a_write_that_ends_in_a_server_error_is_unknown_and_is_not_repeated(
    crm: Bench, write: Write, status: int
) -> None:
    crm.sandbox.faults.answer(*fault_on(write), status=status)
    assert (await crm.writer.write(approved(write))).verdict is Verdict.UNKNOWN
    assert attempts(crm) == 1


@WRITES
async def test_a_write_whose_answer_is_lost_is_unknown_and_then_found(crm: Bench, write: Write) -> None:
    crm.sandbox.faults.drop_after(*fault_on(write))

    result = await crm.writer.write(approved(write))
    found = await crm.writer.find(approved(write))

    assert result.verdict is Verdict.UNKNOWN
    (entry,) = crm.sandbox.ledger
    assert (found.verdict, found.crm_id) == (Verdict.DONE, entry.id)
    assert attempts(crm) == 1


@WRITES
async def test_a_write_that_got_lost_on_its_way_is_unknown_and_then_found_absent(crm: Bench, write: Write) -> None:
    crm.sandbox.faults.drop(*fault_on(write))

    assert (await crm.writer.write(approved(write))).verdict is Verdict.UNKNOWN
    assert (await crm.writer.find(approved(write))).verdict is Verdict.NOT_SENT
    assert crm.sandbox.ledger == ()


async def test_a_write_that_takes_too_long_is_unknown() -> None:
    async with bench(company()) as crm:
        writer = ZohoWriter(crm.client, timeout=0.2)
        crm.sandbox.faults.slow("POST", "/Tasks$", seconds=3)
        assert (await writer.write(approved(TASK))).verdict is Verdict.UNKNOWN


async def test_a_write_to_a_crm_that_is_not_there_was_not_sent(crm: Bench) -> None:
    await crm.client.me()
    await crm.sandbox.stop()
    assert (await crm.writer.write(approved(TASK))).verdict is Verdict.NOT_SENT


async def test_a_write_that_nobody_can_be_signed_in_for_was_not_sent() -> None:
    async with bench(company(), refresh_token="1000.wrong") as crm:
        result = await crm.writer.write(approved(TASK))
        assert result.verdict is Verdict.NOT_SENT
        assert CREDENTIALS.client_secret not in repr(result)


@WRITES
async def test_a_write_whose_token_had_ended_is_made_once_with_a_new_one(crm: Bench, write: Write) -> None:
    await crm.client.me()
    crm.sandbox.faults.refuse_token(*fault_on(write))

    assert (await crm.writer.write(approved(write))).verdict is Verdict.DONE
    assert len(crm.sandbox.ledger) == 1


async def test_a_write_whose_new_token_is_refused_too_was_not_sent(crm: Bench) -> None:
    crm.sandbox.faults.refuse_token("POST", "/Tasks$", times=2)
    assert (await crm.writer.write(approved(TASK))).verdict is Verdict.NOT_SENT


async def test_the_marker_is_looked_for_on_every_page_of_the_related_list() -> None:
    tasks = [
        known.create("Tasks", str(4150868000005100000 + n), Subject=f"T{n}", on=("Deals", RENEWAL)) for n in range(420)
    ]
    async with bench(company([*known.standard_events(), *tasks])) as crm:
        done = await crm.writer.write(approved(TASK))
        found = await crm.writer.find(approved(TASK))
        assert (found.verdict, found.crm_id) == (Verdict.DONE, done.crm_id)


async def test_another_proposals_marker_is_not_taken_for_ours(crm: Bench) -> None:
    await crm.writer.write(replace(approved(TASK), marker="[SAM-9999999999]"))
    assert (await crm.writer.find(approved(TASK))).verdict is Verdict.NOT_SENT


async def test_when_looking_fails_nothing_is_claimed(crm: Bench) -> None:
    crm.sandbox.faults.answer("GET", "/Tasks$", status=503, times=9)
    assert (await crm.writer.find(approved(TASK))).verdict is Verdict.UNKNOWN


async def test_an_update_is_found_even_after_somebody_else_went_on(crm: Bench) -> None:
    await crm.writer.write(approved(UPDATE))
    crm.clock.advance(timedelta(minutes=5))
    later = Call(method="PUT", path=f"/Accounts/{NORTHWIND}", json={"data": [{"Account_Type": "Partner"}]})
    response = await crm.client.transport.attempt(later)
    assert response.status_code == 200

    assert (await crm.writer.find(approved(UPDATE))).verdict is Verdict.DONE


async def test_a_long_description_is_found_in_the_history_after_somebody_else_replaced_it(crm: Bench) -> None:
    change = approved(replace(UPDATE, changes=(FieldChange(field="description", before=None, after="Long. " * 100),)))
    await crm.writer.write(change)
    crm.clock.advance(timedelta(minutes=5))
    later = Call(method="PUT", path=f"/Accounts/{NORTHWIND}", json={"data": [{"Description": "Mine now."}]})
    await crm.client.transport.attempt(later)

    assert (await crm.writer.find(change)).verdict is Verdict.DONE


async def test_the_same_values_set_by_somebody_else_are_not_our_write() -> None:
    theirs = annas_update(Account_Type="Customer")
    async with bench(company([*known.standard_events(), theirs])) as crm:
        assert (await crm.writer.find(approved(UPDATE))).verdict is Verdict.NOT_SENT
        assert (await crm.writer.write(approved(UPDATE))).verdict is Verdict.DRIFTED


@pytest.mark.parametrize(
    ("status", "body", "verdict"),
    [
        (201, {"data": [{"code": "SUCCESS", "details": {"id": 5}, "status": "success"}]}, Verdict.DONE),
        (202, {"data": [{"code": "MANDATORY_NOT_FOUND", "details": {}, "status": "error"}]}, Verdict.REFUSED),
        (207, {"data": [{"code": "RECORD_LOCKED", "details": {}, "status": "error"}]}, Verdict.REFUSED),
        (200, {"data": [{"code": "ALREADY_MODIFIED", "details": {}, "status": "error"}]}, Verdict.DRIFTED),
        (412, {}, Verdict.DRIFTED),
        (200, {"data": []}, Verdict.UNKNOWN),
        (200, {"data": [{"code": "SUCCESS", "details": {}}]}, Verdict.UNKNOWN),
        (200, "<html>", Verdict.UNKNOWN),
        (204, "", Verdict.UNKNOWN),
        (302, "", Verdict.UNKNOWN),
        (408, "", Verdict.UNKNOWN),
        (403, {"code": "NO_PERMISSION", "details": {}, "status": "error"}, Verdict.REFUSED),
        (401, {"code": "OAUTH_SCOPE_MISMATCH", "status": "error"}, Verdict.REFUSED),
        (404, "", Verdict.REFUSED),
    ],
)
def test_an_answer_proves_what_it_proves(status: int, body: dict[str, Any] | str, verdict: Verdict) -> None:
    response = httpx.Response(status, json=body) if isinstance(body, dict) else httpx.Response(status, text=body)
    result = verdict_of(response)
    assert result.verdict is verdict
    assert result.crm_id == ("5" if verdict is Verdict.DONE else None)
    assert (result.error is None) == (verdict is Verdict.DONE)


def annas_update(**fields: str) -> CrmEvent:
    at = START + timedelta(days=1)
    return CrmEvent(at=at, op="update", module="Accounts", id=NORTHWIND, user_id=ANNA, fields=fields)


def record(crm: Bench, module: str, record_id: str | None) -> dict[str, Any]:
    found = crm.sandbox.record(module, str(record_id))
    assert found is not None
    return dict(found)

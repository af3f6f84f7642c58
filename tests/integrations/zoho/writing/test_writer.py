"""One request per approval, and a verdict that says no more than is known."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from integrations.zoho.sign_in.tokens import Token
from integrations.zoho.writing.writer import ZohoWriter, verdict_of
from store.domain.gate.verdicts import Verdict, WriteResult
from store.domain.gate.write import Write
from store.domain.gate.writes.update_account import FieldChange
from tests.integrations.zoho import company as known
from tests.integrations.zoho.bench import CREDENTIALS, Bench, bench
from tests.integrations.zoho.changes import (
    MARKER,
    NOTE,
    TASK,
    UPDATE,
    WRITES,
    annas_update,
    approved,
    fault_on,
)
from tests.integrations.zoho.company import ANNA, NORTHWIND, RENEWAL, company

SLOWER = "Zoho asks us to slow down; try again in a minute."
SIGN_IN = "Zoho does not accept our sign-in; check the refresh token and the region."
WHETHER = "Zoho answered with status {}, which does not say whether it wrote."
SILENT = "Zoho's answer does not say whether it wrote."


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
        writer = ZohoWriter(crm.client, timeout=1)
        crm.sandbox.faults.slow("POST", "/Tasks$", seconds=10)
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


def record(crm: Bench, module: str, record_id: str | None) -> dict[str, Any]:
    found = crm.sandbox.record(module, str(record_id))
    assert found is not None
    return dict(found)


@pytest.mark.parametrize("stamp", [None, "", "yesterday"])
def test_a_success_without_a_readable_time_is_a_success(stamp: str | None) -> None:
    details = {"id": "1"} | ({} if stamp is None else {"Modified_Time": stamp})
    body = {"data": [{"code": "SUCCESS", "status": "success", "message": "record added", "details": details}]}
    result = verdict_of(httpx.Response(201, json=body))
    assert (result.verdict, result.crm_id, result.modified_at) == (Verdict.DONE, "1", None)


def answer(status: int, body: object = None, **headers: str) -> httpx.Response:
    return httpx.Response(status, json={} if body is None else body, headers=headers)


def outcome_of(code: str, **details: object) -> dict[str, object]:
    return {"data": [{"code": code, "status": "success" if code == "SUCCESS" else "error", "details": details}]}


@pytest.mark.parametrize(
    ("response", "result"),
    [
        (answer(429, Retry_After="9"), WriteResult(verdict=Verdict.NOT_SENT, error=SLOWER)),
        (answer(429, **{"Retry-After": "9"}), WriteResult(verdict=Verdict.NOT_SENT, error=SLOWER, retry_after=9.0)),
        (
            answer(401, {"code": "INVALID_TOKEN", "status": "error", "details": {}}),
            WriteResult(verdict=Verdict.NOT_SENT, error=SIGN_IN),
        ),
        (
            answer(401, {"code": "AUTHORIZATION_FAILED", "status": "error", "details": {}}),
            WriteResult(verdict=Verdict.REFUSED, error=f"{SIGN_IN} [AUTHORIZATION_FAILED]"),
        ),
        (answer(408), WriteResult(verdict=Verdict.UNKNOWN, error=WHETHER.format(408))),
        (answer(503), WriteResult(verdict=Verdict.UNKNOWN, error=WHETHER.format(503))),
        (answer(302), WriteResult(verdict=Verdict.UNKNOWN, error=WHETHER.format(302))),
        (answer(200, {"data": []}), WriteResult(verdict=Verdict.UNKNOWN, error=SILENT)),
        (answer(200, []), WriteResult(verdict=Verdict.UNKNOWN, error=SILENT)),
        (
            answer(201, outcome_of("SUCCESS", id=5, Modified_Time="2026-03-20T09:00:00+01:00")),
            WriteResult(verdict=Verdict.DONE, crm_id="5", modified_at=datetime(2026, 3, 20, 8, tzinfo=UTC)),
        ),
        (
            answer(207, outcome_of("SOMETHING_NEW", api_name="Subject")),
            WriteResult(
                verdict=Verdict.REFUSED,
                error="Zoho refused the request (SOMETHING_NEW) (field Subject). [SOMETHING_NEW]",
            ),
        ),
        (
            answer(400, outcome_of("SOMETHING_NEW")),
            WriteResult(verdict=Verdict.REFUSED, error="Zoho refused the request (SOMETHING_NEW). [SOMETHING_NEW]"),
        ),
    ],
)
def test_what_an_answer_proves_is_said_in_a_sentence(response: httpx.Response, result: WriteResult) -> None:
    assert verdict_of(response) == result


async def test_what_fails_before_an_answer_is_said_in_a_sentence(crm: Bench) -> None:
    crm.sandbox.faults.drop("POST", "/Tasks$")
    lost = await crm.writer.write(approved(TASK))
    assert lost == WriteResult(verdict=Verdict.UNKNOWN, error="The connection to Zoho ended before it answered.")
    crm.sandbox.faults.slow("POST", "/Tasks$", seconds=10)
    hasty = ZohoWriter(crm.client, timeout=1)
    assert await hasty.write(approved(TASK)) == lost
    await crm.sandbox.stop()
    away = await crm.writer.write(approved(TASK))
    assert away == WriteResult(verdict=Verdict.NOT_SENT, error="Zoho can't be reached; please try again later.")


async def test_a_write_for_which_zoho_gives_no_token_says_when_to_try_again(crm: Bench) -> None:
    token: Token | None = None
    for _ in range(10):
        token = await crm.auth.renew(token)
    crm.sandbox.revoke_tokens()
    result = await crm.writer.write(approved(TASK))
    assert (result.verdict, result.retry_after) == (Verdict.NOT_SENT, 600)
    assert result.error

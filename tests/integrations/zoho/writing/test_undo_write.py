"""Taking a write back: a task or note is removed while nobody touched it, a field gets back what it held."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from integrations.sandbox.history import CrmEvent
from integrations.zoho.writing.writer import ZohoWriter
from store.domain.crm.accounts import Kind
from store.domain.gate.approvals import ApprovedChange
from store.domain.gate.verdicts import Verdict, WriteResult
from store.domain.gate.writes.add_note import AddNote
from store.domain.gate.writes.create_task import CreateTask
from store.domain.gate.writes.remove_record import RemoveRecord
from store.domain.gate.writes.update_account import FieldChange, UpdateAccount
from tests.integrations.zoho.bench import Bench, bench
from tests.integrations.zoho.changes import DESCRIBED, NOTE, TASK, UPDATE, approved
from tests.integrations.zoho.company import ANNA, NORTHWIND, NOW, company

PARTS = pytest.mark.parametrize(("write", "module"), [(TASK, "Tasks"), (NOTE, "Notes")], ids=["task", "note"])
ONE = "/(Tasks|Notes)/[0-9]+$"


async def written(crm: Bench, write: CreateTask | AddNote) -> WriteResult:
    result = await crm.writer.write(approved(write))
    assert result.verdict is Verdict.DONE
    crm.clock.advance(timedelta(minutes=5))
    return result


def removal_of(write: CreateTask | AddNote, done: WriteResult) -> ApprovedChange:
    assert done.crm_id is not None
    assert done.modified_at is not None
    return undo(
        RemoveRecord(
            parent_kind=write.parent_kind,
            parent_id=write.parent_id,
            parent_name=write.parent_name,
            record="task" if isinstance(write, CreateTask) else "note",
            record_id=done.crm_id,
            title="Call Sam",
            unless_modified_since=done.modified_at,
        )
    )


def undo(write: RemoveRecord | UpdateAccount) -> ApprovedChange:
    return replace(approved(write), undoes="f" * 32)


@PARTS
async def test_what_we_wrote_is_removed_once_and_fires_no_workflow(
    crm: Bench, write: CreateTask | AddNote, module: str
) -> None:
    done = await written(crm, write)
    result = await crm.writer.write(removal_of(write, done))

    assert (result.verdict, result.crm_id) == (Verdict.DONE, done.crm_id)
    assert crm.sandbox.record(module, str(done.crm_id)) is None
    assert [(entry.op, entry.id) for entry in crm.sandbox.ledger] == [("create", done.crm_id), ("delete", done.crm_id)]
    (request,) = [each for each in crm.requests if each.method == "DELETE"]
    assert request.url.params.get("wf_trigger") == ("false" if module == "Tasks" else None)


@PARTS
@pytest.mark.parametrize("minutes", [0, 5], ids=["in the same second", "later"])
async def test_what_somebody_changed_since_stays(
    crm: Bench, write: CreateTask | AddNote, module: str, minutes: int
) -> None:
    done = await crm.writer.write(approved(write))
    crm.clock.advance(timedelta(minutes=minutes))
    title = {"Tasks": "Subject", "Notes": "Note_Title"}[module]
    touch(crm, module, done.crm_id, **{title: "Mine now"})
    result = await crm.writer.write(removal_of(write, done))

    assert result.verdict is Verdict.DRIFTED
    assert removals(crm) == []
    assert crm.sandbox.record(module, str(done.crm_id)) is not None


@PARTS
async def test_what_is_gone_already_counts_as_removed_and_nothing_is_sent(
    crm: Bench, write: CreateTask | AddNote, module: str
) -> None:
    done = await written(crm, write)
    removal = removal_of(write, done)
    event = CrmEvent(at=crm.clock(), op="delete", module=module, id=str(done.crm_id), user_id=ANNA, fields={})
    crm.sandbox.happens(event)

    for known in (await crm.writer.write(removal), await crm.writer.find(removal)):
        assert (known.verdict, known.crm_id) == (Verdict.DONE, done.crm_id)
    assert removals(crm) == []


@pytest.mark.parametrize(
    ("status", "code", "verdict"), [(403, "NO_PERMISSION", Verdict.REFUSED), (503, "", Verdict.NOT_SENT)]
)
async def test_where_the_record_cannot_be_looked_at_before_nothing_is_removed(
    crm: Bench, status: int, code: str, verdict: Verdict
) -> None:
    removal = removal_of(TASK, await written(crm, TASK))
    body = {"code": code, "details": {}, "message": "no", "status": "error"} if code else ""
    crm.sandbox.faults.answer("GET", ONE, status=status, body=body, times=9)

    result = await crm.writer.write(removal)

    assert result.verdict is verdict
    assert code in str(result.error)
    assert removals(crm) == []


@pytest.mark.parametrize(("gone", "verdict"), [(True, Verdict.DONE), (False, Verdict.REFUSED)])
async def test_a_refused_removal_is_done_where_somebody_else_removed_it_after_our_look(
    crm: Bench, gone: bool, verdict: Verdict
) -> None:
    removal = removal_of(TASK, await written(crm, TASK))
    refused = {"code": "INVALID_DATA", "details": {"resource_path_index": 1}, "message": "no", "status": "error"}
    crm.sandbox.faults.answer("DELETE", ONE, status=400, body=refused)
    crm.sandbox.faults.slow("GET", ONE, seconds=0)  # the first look is answered as it is
    if gone:
        crm.sandbox.faults.answer("GET", ONE, status=204)

    result = await crm.writer.write(removal)

    assert result.verdict is verdict
    assert ("INVALID_DATA" in str(result.error)) is not gone


@PARTS
async def test_a_removal_whose_answer_is_lost_is_unknown_and_then_found(
    crm: Bench, write: CreateTask | AddNote, module: str
) -> None:
    removal = removal_of(write, await written(crm, write))
    crm.sandbox.faults.drop_after("DELETE", ONE)

    assert (await crm.writer.write(removal)).verdict is Verdict.UNKNOWN
    assert (await crm.writer.find(removal)).verdict is Verdict.DONE
    assert len(removals(crm)) == 1


@PARTS
async def test_a_removal_that_got_lost_on_its_way_is_unknown_and_then_found_not_sent(
    crm: Bench, write: CreateTask | AddNote, module: str
) -> None:
    removal = removal_of(write, await written(crm, write))
    crm.sandbox.faults.drop("DELETE", ONE)

    assert (await crm.writer.write(removal)).verdict is Verdict.UNKNOWN
    assert (await crm.writer.find(removal)).verdict is Verdict.NOT_SENT


async def test_a_removal_that_cannot_be_looked_at_first_is_not_sent(crm: Bench) -> None:
    removal = removal_of(TASK, await written(crm, TASK))
    crm.sandbox.faults.answer("GET", ONE, status=503, times=9)

    assert (await crm.writer.write(removal)).verdict is Verdict.NOT_SENT
    assert removals(crm) == []


async def test_a_look_that_takes_too_long_sends_nothing() -> None:
    async with bench(company()) as crm:
        removal = removal_of(TASK, await written(crm, TASK))
        crm.sandbox.faults.slow("GET", ONE, seconds=3)
        result = await ZohoWriter(crm.client, timeout=0.2).write(removal)

        assert result.verdict is Verdict.NOT_SENT
        assert removals(crm) == []


async def test_without_the_scope_to_delete_nothing_is_removed_and_the_sentence_says_what_to_do() -> None:
    scopes = ("ZohoCRM.modules.READ", "ZohoCRM.modules.Tasks.CREATE", "ZohoCRM.users.READ")
    async with bench(company(), scopes=scopes) as crm:
        done = await written(crm, TASK)
        result = await crm.writer.write(removal_of(TASK, done))

        assert (result.verdict, "authorise the client again" in str(result.error)) == (Verdict.REFUSED, True)
        assert crm.sandbox.record("Tasks", str(done.crm_id)) is not None


async def test_a_record_is_named_by_digits_alone(crm: Bench) -> None:
    removal = RemoveRecord(
        parent_kind=Kind.ACCOUNT, parent_id=NORTHWIND, parent_name="N", record="task", record_id="1?ids=2", title="T",
        unless_modified_since=crm.clock(),
    )  # fmt: skip
    assert (await crm.writer.write(undo(removal))).verdict is Verdict.REFUSED
    assert crm.requests == []


@pytest.mark.parametrize("write", [TASK, NOTE, UPDATE], ids=["task", "note", "update"])
async def test_the_time_of_a_write_is_told_by_its_answer_and_by_what_is_found_of_it(
    crm: Bench, write: CreateTask | AddNote | UpdateAccount
) -> None:
    done = await crm.writer.write(approved(write))
    crm.clock.advance(timedelta(minutes=5))
    found = await crm.writer.find(approved(write))

    assert done.modified_at == NOW
    assert found == done


async def test_what_somebody_went_on_with_keeps_the_time_of_our_own_write_or_has_none(crm: Bench) -> None:
    task, update = await crm.writer.write(approved(TASK)), await crm.writer.write(approved(UPDATE))
    crm.clock.advance(timedelta(minutes=5))
    touch(crm, "Tasks", task.crm_id, Subject="Mine now")
    touch(crm, "Accounts", update.crm_id, Rating="Acquired")

    assert (await crm.writer.find(approved(TASK))).modified_at == NOW
    assert (await crm.writer.find(approved(UPDATE))).modified_at is None


@pytest.mark.parametrize("before", ["Moves goods.", None], ids=["put back", "emptied"])
async def test_a_description_gets_back_exactly_what_it_held(crm: Bench, before: str | None) -> None:
    done = await crm.writer.write(approved(DESCRIBED))
    change = undo(taken_back(done, FieldChange(field="description", before="Moves goods fast.", after=before)))
    result = await crm.writer.write(change)

    assert result.verdict is Verdict.DONE
    assert record(crm)["Description"] == before
    assert (await crm.writer.find(change)).verdict is Verdict.DONE


async def test_an_update_that_takes_back_is_found_only_once_it_was_made(crm: Bench) -> None:
    done = await crm.writer.write(approved(UPDATE))
    change = undo(taken_back(done, FieldChange(field="account_type", before="Customer", after=None)))
    crm.clock.advance(timedelta(minutes=5))
    assert (await crm.writer.find(change)).verdict is Verdict.NOT_SENT
    crm.sandbox.faults.drop_after("PUT", "/Accounts/")
    assert (await crm.writer.write(change)).verdict is Verdict.UNKNOWN

    assert (await crm.writer.find(change)).verdict is Verdict.DONE
    assert record(crm)["Account_Type"] is None


async def test_a_field_is_put_back_only_while_nobody_touched_the_account(crm: Bench) -> None:
    done = await crm.writer.write(approved(UPDATE))
    crm.clock.advance(timedelta(minutes=5))
    touch(crm, "Accounts", NORTHWIND, Industry="Retail")
    change = undo(taken_back(done, FieldChange(field="account_type", before="Customer", after="Prospect")))

    assert (await crm.writer.write(change)).verdict is Verdict.DRIFTED
    assert record(crm)["Account_Type"] == "Customer"


@pytest.mark.parametrize("field", ["description", "rating"])
async def test_nothing_but_an_undo_empties_a_field(crm: Bench, field: str) -> None:
    emptying = replace(UPDATE, changes=(FieldChange(field=field, before="x", after=None),))
    result = await crm.writer.write(approved(emptying))

    assert (result.verdict, "emptied" in str(result.error)) == (Verdict.REFUSED, True)
    assert crm.requests == []


def taken_back(done: WriteResult, change: FieldChange) -> UpdateAccount:
    assert done.modified_at is not None
    return replace(UPDATE, changes=(change,), unless_modified_since=done.modified_at)


def touch(crm: Bench, module: str, key: str | None, **fields: str) -> None:
    """A colleague changes a record in Zoho's own pages."""
    crm.sandbox.happens(CrmEvent(at=crm.clock(), op="update", module=module, id=str(key), user_id=ANNA, fields=fields))


def removals(crm: Bench) -> list[str]:
    return [request.url.path for request in crm.requests if request.method == "DELETE"]


def record(crm: Bench) -> dict[str, Any]:
    found = crm.sandbox.record("Accounts", NORTHWIND)
    assert found is not None
    return found

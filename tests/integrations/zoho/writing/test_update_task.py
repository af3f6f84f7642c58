"""Moving, closing and dropping a task in Zoho: only what changes is sent, once, and only if no one was quicker."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from integrations.zoho.transport import Call
from store.domain.crm.accounts import Kind
from store.domain.gate.verdicts import Verdict
from store.domain.gate.writes.update_task import Step, UpdateTask
from tests.integrations.zoho.bench import Bench
from tests.integrations.zoho.changes import TASK, approved
from tests.integrations.zoho.company import RENEWAL

LATER = date(2026, 3, 31)


@pytest.fixture
async def agreed(crm: Bench) -> tuple[Bench, UpdateTask]:
    """A task that we made, and five minutes later the wish to move it."""
    made = await crm.writer.write(approved(TASK))
    assert made.crm_id is not None
    assert made.modified_at is not None
    crm.clock.advance(timedelta(minutes=5))
    return (
        crm,
        UpdateTask(
            parent_kind=Kind.DEAL,
            parent_id=RENEWAL,
            parent_name="Renewal",
            task_id=made.crm_id,
            subject=TASK.subject,
            agreed_on=date(2026, 3, 20),
            was_due=TASK.due,
            was_status="Not Started",
            due=LATER,
            status="Not Started",
            unless_modified_since=made.modified_at,
        ),
    )


@pytest.mark.parametrize(
    ("step", "sent"),
    [("move", {"Due_Date": "2026-03-31"}), ("close", {"Status": "Completed"}), ("drop", {"Status": "Deferred"})],
)
async def test_only_what_changes_is_sent_and_fires_no_workflow(
    agreed: tuple[Bench, UpdateTask], step: Step, sent: dict[str, str]
) -> None:
    crm, write = agreed
    result = await crm.writer.write(approved(write.stepped(step, LATER)))

    assert (result.verdict, result.crm_id) == (Verdict.DONE, write.task_id)
    (request,) = [each for each in crm.requests if each.method == "PUT"]
    assert json.loads(request.content) == {"data": [sent], "trigger": []}
    task = record(crm, write)
    assert {name: task[name] for name in sent} == sent
    assert task["Subject"] == TASK.subject
    assert "[SAM-" in task["Description"]


async def test_an_undo_puts_back_what_was(agreed: tuple[Bench, UpdateTask]) -> None:
    crm, write = agreed
    closed = write.stepped("close", None)
    done = await crm.writer.write(approved(closed))
    assert done.modified_at is not None
    crm.clock.advance(timedelta(minutes=5))
    back = replace(closed, was_status="Completed", status="Not Started", unless_modified_since=done.modified_at)
    undone = await crm.writer.write(replace(approved(back), undoes="f" * 32))

    assert undone.verdict is Verdict.DONE
    task = record(crm, write)
    assert (task["Status"], task["Due_Date"], task["Closed_Time"]) == ("Not Started", "2026-03-24", None)


async def test_a_task_that_someone_changed_meanwhile_is_left_alone(agreed: tuple[Bench, UpdateTask]) -> None:
    crm, write = agreed
    await someone_sets(crm, write, Status="In Progress")
    result = await crm.writer.write(approved(write))

    assert result.verdict is Verdict.DRIFTED
    assert record(crm, write)["Due_Date"] == "2026-03-24"


async def test_a_lost_answer_is_found_by_the_values_and_by_who_set_them(agreed: tuple[Bench, UpdateTask]) -> None:
    crm, write = agreed
    assert (await crm.writer.find(approved(write))).verdict is Verdict.NOT_SENT
    crm.sandbox.faults.drop_after("PUT", "/Tasks/[0-9]+$")
    assert (await crm.writer.write(approved(write))).verdict is Verdict.UNKNOWN

    found = await crm.writer.find(approved(write))
    assert (found.verdict, found.crm_id) == (Verdict.DONE, write.task_id)


async def test_what_the_sandbox_refuses_as_zoho_would_is_refused(agreed: tuple[Bench, UpdateTask]) -> None:
    crm, write = agreed
    for other, says in (
        (replace(write, task_id="4150868000009999999"), "INVALID_DATA"),
        (replace(write, status="Cancelled"), "INVALID_DATA"),
        (replace(write, task_id="7/../Accounts"), "not a CRM id"),
        (replace(write, due=write.was_due), "change nothing"),
    ):
        result = await crm.writer.write(approved(other))
        assert result.verdict is Verdict.REFUSED
        assert says in str(result.error)


async def test_a_task_that_is_gone_was_not_changed(agreed: tuple[Bench, UpdateTask]) -> None:
    crm, write = agreed
    await crm.client.transport.attempt(Call(method="DELETE", path=f"/Tasks/{write.task_id}"))
    assert (await crm.writer.find(approved(write))).verdict is Verdict.NOT_SENT


async def test_reading_a_task_tells_its_status_and_that_it_is_ours(agreed: tuple[Bench, UpdateTask]) -> None:
    crm, write = agreed
    theirs = await crm.client.record(Kind.ACTIVITY, write.task_id)
    assert theirs is not None
    assert (theirs.status, theirs.marker) == ("Not Started", approved(write).marker)  # type: ignore[union-attr]  # a task
    assert theirs.at == datetime(2026, 3, 24, tzinfo=UTC)  # type: ignore[union-attr]  # a task


def record(crm: Bench, write: UpdateTask) -> dict[str, Any]:
    found = crm.sandbox.record("Tasks", write.task_id)
    assert found is not None
    return dict(found)


async def someone_sets(crm: Bench, write: UpdateTask, **fields: str) -> None:
    answer = await crm.client.transport.attempt(
        Call(method="PUT", path=f"/Tasks/{write.task_id}", json={"data": [fields]})
    )
    assert answer.status_code == 200

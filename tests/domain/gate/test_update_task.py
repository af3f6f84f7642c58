"""Moving, closing or dropping an agreed task: adjusted versions, what becomes of it when the task changed, and its undo."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.domain.crm.accounts import Kind
from store.domain.errors import Refused
from store.domain.gate.write import Adjustment, Write, Written
from store.domain.gate.writes.create_task import LATEST_DUE
from store.domain.gate.writes.update_task import Step, UpdateTask
from tests.domain.makers import ANNA, DAY, NOW, SECOND, TODAY, task
from tests.domain.proposals import STEP

STEPS = st.sampled_from(("move", "close", "drop"))
KEY = (Kind.ACTIVITY, "7")


def problems(write: UpdateTask) -> list[tuple[str, str]]:
    return write.problems(Adjustment(replaces=STEP, owner=ANNA, people={}, choices={}, today=TODAY))


@given(step=STEPS, due=st.dates())
def test_a_step_changes_the_date_or_the_status_and_never_both(step: Step, due: date) -> None:
    write = STEP.stepped(step, due)
    assert write.step == step
    assert (write.due != write.was_due) + (write.status != write.was_status) == (due != STEP.was_due or step != "move")
    assert write.stepped("move", STEP.due) == STEP
    given_values = {each.name: each.value for each in write.fields()}
    moved = {"due": due} if due != STEP.was_due else {}
    assert given_values == (moved if step == "move" else {"status": write.status})


@pytest.mark.parametrize(
    ("write", "found"),
    [
        (STEP, []),
        (STEP.stepped("close", None), []),
        (STEP.stepped("drop", None), []),
        (replace(STEP, due=TODAY - DAY), [("due", "The due date is in the past.")]),
        (replace(STEP, due=TODAY + LATEST_DUE + DAY), [("due", "The due date is more than a year away.")]),
        (replace(STEP, due=STEP.was_due), [("due", "Please choose another date.")]),
        (replace(STEP, due=None), [("due", "Please choose another date.")]),
        (replace(STEP, status="In Progress"), [("status", "A task can be moved, closed or dropped.")]),
        (replace(STEP, status="Completed"), [("due", "A task that is closed or dropped keeps its date.")]),
    ],
)
def test_an_adjusted_step_moves_closes_or_drops(write: UpdateTask, found: list[tuple[str, str]]) -> None:
    assert problems(write) == found


def test_an_adjusted_step_is_of_the_same_task() -> None:
    for other in (replace(STEP, task_id="8"), replace(STEP, was_due=TODAY), replace(STEP, subject="Ring")):
        with pytest.raises(Refused, match="the same task"):
            problems(other)


def test_it_rests_on_the_tasks_day_and_on_its_being_open() -> None:
    assert STEP.touches() == ((KEY, "at"), (KEY, "done"))
    on_deal = replace(STEP, parent_kind=Kind.DEAL, parent_id="d1")
    assert on_deal.touches() == (((Kind.DEAL, "d1"), "stage"), *STEP.touches())


def test_it_is_renewed_from_the_task_as_it_is_now() -> None:
    later = replace(task(TODAY - 2 * DAY, "7"), modified_at=NOW + SECOND, status="In Progress")
    for step in ("move", "close", "drop"):
        renewed = STEP.stepped(step, STEP.due).renewed({KEY: later})
        assert renewed is not None
        assert (renewed.step, renewed.was_due, renewed.was_status) == (step, TODAY - 2 * DAY, "In Progress")
        assert renewed.unless_modified_since == NOW + SECOND


@pytest.mark.parametrize("record", [None, task(TODAY - DAY, "7", done=True), task(TODAY - DAY, "7", status="Deferred")])
def test_of_a_task_that_is_done_dropped_or_gone_nothing_is_left_to_change(record: object) -> None:
    assert STEP.renewed({KEY: record}) is None  # type: ignore[dict-item]  # a record of another kind


def test_a_move_to_the_day_that_someone_chose_already_is_over() -> None:
    assert STEP.due is not None
    assert STEP.renewed({KEY: task(STEP.due, "7")}) is None


def test_an_undo_gives_the_task_its_values_back_unless_someone_went_on() -> None:
    moved = replace(task(date(2026, 11, 24), "7"), status="Not Started")
    written = Written(id="7", marker="[SAM-0123456789]", modified_at=NOW + SECOND, record=moved)
    assert STEP.reworked(written) is None
    back, moves = STEP.undo(written)
    assert isinstance(back, UpdateTask)
    assert (back.due, back.status, back.unless_modified_since) == (STEP.was_due, STEP.was_status, NOW + SECOND)
    assert [(each.label, each.shown, each.present) for each in moves] == [("Due", "2026-11-24", "2026-11-16")]
    completed = STEP.reworked(replace(written, record=replace(moved, status="Completed", done=True)))
    assert [each.label for each in completed or ()] == ["Status"]
    assert STEP.reworked(replace(written, record=None)) == ()


@pytest.mark.parametrize(
    ("step", "name"),
    [("move", "Move “Call Acme” to 24 Nov 2026"), ("close", "Close “Call Acme”"), ("drop", "Drop “Call Acme”")],
)
def test_each_step_has_a_name(step: Step, name: str) -> None:
    write: Write = STEP.stepped(step, STEP.due)
    assert write.name() == name
    assert write.is_past(TODAY + timedelta(days=30)) is (step == "move")
    assert not write.only_adds

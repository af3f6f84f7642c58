"""What each kind of write answers to those who ask no kind by name."""

from __future__ import annotations

from dataclasses import replace

import pytest

from store.domain.crm.accounts import Kind
from store.domain.errors import Refused
from store.domain.gate.adjust_proposal import check_write
from store.domain.gate.proposals import State
from store.domain.gate.undo_write import UNDO_WINDOW, check_undoable
from store.domain.gate.write import Write, Written
from store.domain.gate.writes.update_account import FieldChange
from store.domain.memory.outcomes import expectation_of
from tests.domain.makers import ANNA, BEN, NOW, SECOND, account, note, task
from tests.domain.proposals import NOTE, REASSIGNMENT, REMOVAL, STEP, TASK, UPDATE, proposal

OTHER_KINDS = pytest.mark.parametrize("write", [UPDATE, REMOVAL, STEP], ids=lambda write: write.kind)


def say(text: str) -> str:
    return text.upper()


def test_each_kind_says_what_it_would_do_with_foreign_text_made_fit() -> None:
    assert [each.in_words(say, {}) for each in (TASK, NOTE, UPDATE, REMOVAL, STEP)] == [
        "a task “CALL ACME” for ANNA BERG, due 24 Nov 2026",
        "a note “WHAT MOVED”",
        "an update of the account: account type to CUSTOMER",
        "removing the task “CALL ACME”",
        "moving the task “CALL ACME” to 24 Nov 2026",
    ]
    assert REASSIGNMENT.in_words(say, {BEN.id: "Ben O."}) == "the account for BEN O. instead of ANNA BERG"
    assert "for ANNA B., due" in TASK.in_words(say, {ANNA.id: "Anna B."})


def test_a_task_and_a_note_can_be_reworded_and_nothing_else_of_them_changes() -> None:
    for write in (TASK, NOTE):
        wording = write.wording()
        assert wording is not None
        assert write.reworded(wording.short, wording.long) == write
    assert TASK.reworded("Ring", "Now") == replace(TASK, subject="Ring", description="Now")
    assert NOTE.reworded("News", "None") == replace(NOTE, title="News", text="None")


@OTHER_KINDS
def test_other_kinds_have_no_words_no_due_day_and_no_people(write: Write) -> None:
    assert (write.wording(), write.due_on(), write.people()) == (None, None, ())


def test_only_a_task_gives_somebody_something_to_do() -> None:
    assert (TASK.due_on(), TASK.people()) == (TASK.due, (ANNA.name,))
    assert (NOTE.due_on(), NOTE.people()) == (None, ())


def test_an_update_sets_and_touches_its_fields_and_the_others_set_none() -> None:
    assert UPDATE.sets() == {"account_type": "Customer"}
    assert UPDATE.touches() == (((Kind.ACCOUNT, "a1"), "account_type"),)
    for write in (TASK, NOTE, REMOVAL):
        assert write.sets() == {}
        assert write.touches() == ()
        assert replace(write, parent_kind=Kind.DEAL, parent_id="d1").touches() == (((Kind.DEAL, "d1"), "stage"),)


def test_an_update_is_renewed_from_what_the_account_holds_now() -> None:
    key, later = (Kind.ACCOUNT, "a1"), NOW + SECOND
    moved = account(account_type="Partner", modified_at=later)
    assert UPDATE.renewed({key: moved}) == replace(
        UPDATE,
        changes=(FieldChange(field="account_type", before="Partner", after="Customer"),),
        unless_modified_since=later,
    )
    assert UPDATE.renewed({key: account(account_type="Customer")}) is None
    assert UPDATE.renewed({key: None}) is None
    assert TASK.renewed({}) is TASK


def written(**values: object) -> Written:
    given = {"id": "7", "marker": "[SAM-0123456789]", "modified_at": NOW} | values
    return Written(**given)  # type: ignore[arg-type]  # each test gives what it is about


def test_what_was_touched_after_us_is_told_by_the_fields_that_differ() -> None:
    as_made = task(TASK.due, id="7", subject=TASK.subject, owner_id=ANNA.id)
    assert TASK.reworked(written(written_at=NOW, record=as_made)) is None
    touched = TASK.reworked(written(written_at=NOW - SECOND, record=replace(as_made, subject="Other")))
    assert touched is not None
    assert next((each.label, each.shown, each.present) for each in touched) == ("Subject", "Call Acme", "Other")
    as_noted = replace(note(NOW, id="7"), title="Other")
    reworked = NOTE.reworked(written(written_at=NOW - SECOND, record=as_noted))
    assert reworked is not None
    assert [each.present for each in reworked] == ["Other"]


def test_without_a_record_to_compare_a_newer_time_alone_says_that_it_was_touched() -> None:
    for write in (TASK, NOTE):
        assert write.reworked(written(written_at=NOW - SECOND)) == ()
        assert write.reworked(written()) is None


def test_a_task_and_a_note_are_undone_by_removing_what_they_made() -> None:
    removal, moves = TASK.undo(written())
    assert removal == replace(REMOVAL, record_id="7", unless_modified_since=NOW)
    assert [(each.label, each.shown, each.present) for each in moves] == [("Task", "Call Acme", None)]
    assert NOTE.undo(written())[0] == replace(removal, record="note", title="What moved")


def test_an_undo_is_not_undone_again() -> None:
    assert REMOVAL.undo_refusal is not None
    assert REMOVAL.made("7") is None
    assert [each.undo_refusal for each in (TASK, NOTE, UPDATE)] == [None, None, None]


def test_a_new_owner_is_one_field_of_the_account_and_names_two_people() -> None:
    assert REASSIGNMENT.sets() == {"owner_id": BEN.id}
    assert REASSIGNMENT.touches() == (((Kind.ACCOUNT, "a1"), "owner_id"),)
    assert REASSIGNMENT.people() == (ANNA.name, BEN.name)
    assert REASSIGNMENT.name() == "Give the account to Ben Okoro"
    assert (REASSIGNMENT.plain(), REASSIGNMENT.made("")) == (REASSIGNMENT, (Kind.ACCOUNT, "a1"))
    assert [each.value for each in REASSIGNMENT.fields()] == [BEN.id]


def test_a_new_owner_is_only_given_while_the_account_is_still_with_the_former_one() -> None:
    key, later = (Kind.ACCOUNT, "a1"), NOW + SECOND
    assert REASSIGNMENT.renewed({key: account(modified_at=later)}) == replace(REASSIGNMENT, unless_modified_since=later)
    assert REASSIGNMENT.renewed({key: account(owner_id=BEN.id)}) is None
    assert REASSIGNMENT.renewed({key: None}) is None


def test_a_new_owner_is_neither_adjusted_nor_undone_nor_measured() -> None:
    with pytest.raises(Refused, match="choose another owner"):
        check_write(REASSIGNMENT, replaces=REASSIGNMENT, owner=ANNA, people={}, choices={}, today=NOW.date())
    done = replace(proposal(REASSIGNMENT), state=State.DONE, done_at=NOW)
    with pytest.raises(Refused, match="Its former owner left"):
        check_undoable(done, version=1, before=None, now=NOW, window=UNDO_WINDOW)
    assert expectation_of(done, deal_id=None) is None
    assert expectation_of(replace(proposal(TASK), state=State.DONE, done_at=NOW), deal_id=None) is not None

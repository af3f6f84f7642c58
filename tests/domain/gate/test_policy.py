"""What an adjusted write may be, whoever asks for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest

from store.domain.crm.accounts import Person, Role
from store.domain.errors import Refused
from store.domain.gate.adjust_proposal import FieldProblems, check_write
from store.domain.gate.fields import FieldRule, FieldRules, RecordRules
from store.domain.gate.write import Write
from store.domain.gate.writes.add_note import TEXT_LIMIT, TITLE_LIMIT
from store.domain.gate.writes.create_task import LATEST_DUE, SUBJECT_LIMIT
from store.domain.gate.writes.update_account import FieldChange
from tests.bot import samples

TODAY = date(2026, 11, 20)
TASK, NOTE, RATING = samples.task(), samples.note(), samples.update(fields=("rating",))


def person(person_id: str, *, manager_id: str | None = None, active: bool = True) -> Person:
    return Person(
        id=person_id, name="A", email="a@example.com", timezone="UTC", role=Role.OWNER, manager_id=manager_id, active=active
    )  # fmt: skip


OWNER = person(samples.OWNER, manager_id=samples.MANAGER)
PEOPLE = {
    OWNER.id: OWNER,
    samples.MANAGER: person(samples.MANAGER),
    "3": person("3"),
    "4": person("4", active=False),
}


def problems(
    write: Write,
    replaces: Write | None = None,
    *,
    choices: Mapping[str, Sequence[str]] | None = None,
    rules: FieldRules | None = None,
    owner: Person = OWNER,
) -> list[tuple[str, str]]:
    try:
        check_write(
            write,
            replaces=replaces or write,
            owner=owner,
            people=PEOPLE,
            choices=choices or {},
            today=TODAY,
            rules=rules,
        )
    except FieldProblems as found:
        return list(found.problems)
    return []


def changed(after: str | None, *, field: str = "rating", before: str | None = "Prospect") -> Write:
    return replace(RATING, changes=(FieldChange(field=field, before=before, after=after),))


@pytest.mark.parametrize("write", [TASK, NOTE, RATING])
def test_what_was_proposed_may_be_saved_as_it_is(write: Write) -> None:
    assert problems(write) == []


@pytest.mark.parametrize(
    ("write", "field", "says"),
    [
        (replace(TASK, subject=" "), "subject", "must not be empty"),
        (replace(TASK, subject="x" * (SUBJECT_LIMIT + 1)), "subject", "256 characters long; the CRM takes 255"),
        (replace(TASK, description="x" * (TEXT_LIMIT + 1)), "description", "the CRM takes 8000"),
        (replace(TASK, due=TODAY - timedelta(days=1)), "due", "is in the past"),
        (replace(TASK, due=TODAY + LATEST_DUE + timedelta(days=1)), "due", "more than a year away"),
        (replace(TASK, assignee_id="3"), "assignee_id", "owner or their manager"),
        (replace(TASK, assignee_id="unknown"), "assignee_id", "owner or their manager"),
        (replace(NOTE, title=""), "title", "must not be empty"),
        (replace(NOTE, title="x" * (TITLE_LIMIT + 1)), "title", "the CRM takes 120"),
        (replace(NOTE, text="\n"), "text", "must not be empty"),
        (changed(""), "rating", "Rating must not be empty."),
        (changed(None), "rating", "Rating must not be empty."),
        (changed("x" * (TEXT_LIMIT + 1)), "rating", "the CRM takes 8000"),
    ],
)
def test_a_field_that_will_not_do_is_named_with_its_reason(write: Write, field: str, says: str) -> None:
    originals: Mapping[str, Write] = {"create_task": TASK, "add_note": NOTE, "update_account": RATING}
    ((name, sentence),) = problems(write, originals[write.kind])
    assert (name, says in sentence) == (field, True)


@pytest.mark.parametrize(
    "write",
    [
        replace(TASK, subject="x" * SUBJECT_LIMIT, due=TODAY),
        replace(TASK, due=TODAY + LATEST_DUE, description="", assignee_id=samples.MANAGER),
        replace(NOTE, title="x" * TITLE_LIMIT, text="x" * TEXT_LIMIT),
    ],
)
def test_the_limits_themselves_are_allowed(write: Write) -> None:
    assert problems(write) == []


def test_a_task_that_was_passed_on_may_stay_with_whoever_got_it() -> None:
    theirs = replace(TASK, assignee_id="3")
    assert problems(replace(theirs, due=TODAY), theirs) == []


def test_nobody_who_left_gets_a_task() -> None:
    assert problems(replace(TASK, assignee_id="4"), TASK, owner=replace(OWNER, manager_id="4"))[0][0] == "assignee_id"


@pytest.mark.parametrize(
    "forged",
    [
        changed("Active", field="annual_revenue"),
        changed("Active", field="description"),
        changed("Active", before="something else"),
    ],
)
def test_an_update_stays_within_the_fields_that_were_proposed(forged: Write) -> None:
    ((_, sentence),) = problems(forged, RATING)
    assert sentence == "This field is not part of the proposal."


def test_a_picklist_takes_its_own_values_alone() -> None:
    offered = {"rating": ("Active", "Shut Down")}
    assert problems(changed("Active"), RATING, choices=offered) == []
    assert problems(changed("Other"), RATING, choices=offered) == [
        ("rating", "Rating must be one of: Active, Shut Down.")
    ]


@pytest.mark.parametrize(
    ("write", "replaces"),
    [
        (NOTE, TASK),
        (replace(TASK, parent_id="41"), TASK),
        (replace(RATING, changes=()), RATING),
        (replace(RATING, unless_modified_since=samples.NOW + timedelta(seconds=1)), RATING),
        (samples.undo_of(samples.written(1, samples.advice(TASK)), number=2).write,) * 2,
    ],
    ids=["another tool", "another record", "no change", "another version of the record", "a removal"],
)
def test_it_stays_the_same_write_on_the_same_record(write: Write, replaces: Write) -> None:
    with pytest.raises(Refused):
        problems(write, replaces)


def test_the_crms_own_rules_count_too_and_a_field_is_complained_of_once() -> None:
    subject = FieldRule(label="Subject", type="text", required=True)
    rules: FieldRules = {"create_task": RecordRules(fields={"subject": subject}, also_required=("Region",))}
    found = problems(replace(TASK, subject=""), TASK, rules=rules)
    assert [field for field, _ in found] == ["subject", "description", "due", "priority", "assignee_id", "status", ""]
    assert found[0][1] == "This must not be empty."

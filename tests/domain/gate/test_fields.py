"""What the CRM itself takes in the fields of a write."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from store.domain.gate.fields import FieldRule, FieldRules, RecordRules, field_problems, picklists
from store.domain.gate.write import MARK_ROOM, Write
from store.domain.gate.writes.remove_record import RemoveRecord
from tests.bot import samples

TASK = samples.task()
TEXT = FieldRule(label="Subject", type="text", length=40, required=True)
RULES: Mapping[str, FieldRule] = {
    "subject": TEXT,
    "description": FieldRule(label="Description", type="textarea", length=100),
    "due": FieldRule(label="Due Date", type="date"),
    "priority": FieldRule(label="Priority", type="picklist", choices=("High", "Low")),
    "assignee_id": FieldRule(label="Task Owner", type="ownerlookup"),
    "status": FieldRule(label="Status", type="picklist", choices=("Not Started", "Completed")),
}


def rules(**changed: FieldRule | None) -> FieldRules:
    fields = {name: rule for name, rule in {**RULES, **changed}.items() if rule is not None}
    return {"create_task": RecordRules(fields=fields)}


def test_a_write_that_the_crm_takes_has_no_problem() -> None:
    assert field_problems(TASK, rules()) == []


def test_nothing_is_said_of_fields_that_were_never_read() -> None:
    assert field_problems(TASK, {}) == []
    assert field_problems(samples.note(), rules()) == []


@pytest.mark.parametrize(
    ("field", "rule", "sentence"),
    [
        ("subject", None, "Zoho no longer has a field “Subject” here."),
        ("description", None, "Zoho no longer has a field “Description” here."),
        ("due", replace(RULES["due"], read_only=True), "“Due Date” is read-only in Zoho."),
        ("due", replace(RULES["due"], type="text"), "“Due Date” now has another type in Zoho (text)."),
        ("subject", replace(TEXT, type="lookup"), "“Subject” now has another type in Zoho (lookup)."),
        ("assignee_id", replace(TEXT, label="Owner"), "“Owner” now has another type in Zoho (text)."),
        ("subject", replace(TEXT, length=30), "This is 3 characters too long for Zoho."),
        ("priority", replace(RULES["priority"], choices=("Low",)), "“Priority” must be one of: Low."),
        ("status", replace(RULES["status"], choices=("Open",)), "“Status” must be one of: Open."),
    ],
)
def test_what_the_crm_does_not_take_is_a_problem_of_its_field(
    field: str, rule: FieldRule | None, sentence: str
) -> None:
    assert field_problems(TASK, rules(**{field: rule})) == [(field, sentence)]


@pytest.mark.parametrize(("length", "fits"), [(100, True), (99, False)])
def test_a_text_leaves_room_for_the_mark(length: int, fits: bool) -> None:
    write = replace(TASK, description="x" * (100 - MARK_ROOM))
    tight = rules(description=replace(RULES["description"], length=length))
    assert (field_problems(write, tight) == []) is fits


@pytest.mark.parametrize(("required", "problems"), [(True, 1), (False, 0)])
def test_a_field_may_be_empty_unless_the_crm_wants_it(required: bool, problems: int) -> None:
    write = replace(TASK, subject=" ")
    assert len(field_problems(write, rules(subject=replace(TEXT, required=required)))) == problems


def test_a_mandatory_field_that_we_never_fill_in_is_named() -> None:
    wanted: FieldRules = {"create_task": RecordRules(fields=RULES, also_required=("Region",))}
    assert field_problems(TASK, wanted) == [("", "Zoho requires “Region”, which can't be filled in here.")]


@pytest.mark.parametrize("write", [samples.note(), samples.update(fields=("rating", "description"))])
def test_every_kind_of_write_is_held_against_its_own_fields(write: Write) -> None:
    nothing: FieldRules = {write.kind: RecordRules(fields={})}
    assert [field for field, _ in field_problems(write, nothing)] == (
        ["title", "text"] if write.kind == "add_note" else ["rating", "description"]
    )


def test_a_removal_fills_in_nothing() -> None:
    removal = RemoveRecord(
        parent_kind=TASK.parent_kind, parent_id="1", parent_name="A", record="task", record_id="2", title="T",
        unless_modified_since=samples.NOW,
    )  # fmt: skip
    assert field_problems(removal, {"remove_record": RecordRules(fields={})}) == []


def test_the_picklists_of_a_write_are_offered_by_our_names() -> None:
    assert picklists(rules(), "create_task") == {"priority": ("High", "Low"), "status": ("Not Started", "Completed")}
    assert picklists(rules(), "add_note") == {}

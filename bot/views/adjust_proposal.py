"""The Adjust modal: the exact fields of a write, and reading them back as a write.

Block ids are the names of the write's fields, so that a problem with a field shows beside it. Whatever a modal does not
show (a text longer than Slack's 3,000 characters) stays as it was proposed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Literal, get_args

from bot.views.blocks import Block, View, context, input_block, modal, section, select, submitted, text_input
from bot.views.text import named, named_plain, plain
from store.domain.errors import Refused
from store.domain.gate.policy import NOT_ADJUSTABLE, SUBJECT_LIMIT, TEXT_LIMIT, TITLE_LIMIT, FieldProblems
from store.domain.gate.proposals import (
    EDITABLE_ACCOUNT_FIELDS,
    AddNote,
    CreateTask,
    FieldChange,
    Proposal,
    RemoveRecord,
    UpdateAccount,
    Write,
)
from store.domain.text.redaction import visible

ADJUST_MODAL = "adjust_modal"
Priority = Literal["Highest", "High", "Normal", "Low", "Lowest"]
PRIORITIES: tuple[Priority, ...] = get_args(Priority)
_INPUT_LIMIT = 3_000


def adjust_modal(
    proposal: Proposal,
    *,
    people: Sequence[tuple[str, str]],
    choices: Mapping[str, Sequence[str]],
    private_metadata: str = "",
) -> View:
    """`people` are the (id, name) pairs a task may go to; `choices` the values a picklist field may take, where they are
    known; `private_metadata` says which version of which proposal this adjusts and where it was opened.

    Raises: Refused for a removal, which has nothing to adjust.
    """
    match proposal.write:
        case CreateTask() as task:
            inputs = _task_inputs(task, people, choices.get("priority", PRIORITIES))
        case AddNote() as note:
            inputs = [_line("title", "Title", note.title, TITLE_LIMIT), _paragraph("text", "Text", note.text)]
        case UpdateAccount() as update:
            inputs = [_field_input(change, choices.get(change.field, ())) for change in update.changes]
        case RemoveRecord():
            raise Refused(NOT_ADJUSTABLE)
    return modal(
        "Adjust",
        [
            section(f"For {proposal.write.parent_kind} “{named(proposal.write.parent_name, limit=100)}”"),
            *inputs,
            context("This makes a new version for you to approve. Nothing is written to Zoho yet."),
        ],
        callback_id=ADJUST_MODAL,
        private_metadata=private_metadata,
        submit="Save",
    )


def write_from_submission(proposal: Proposal, values: Mapping[str, Any], *, people: Sequence[tuple[str, str]]) -> Write:
    """The write that a submitted Adjust modal describes. `values` is the view's `state.values`.

    Raises: FieldProblems for what cannot be read at all; whether the write is acceptable is the policy's to say.
    """
    match proposal.write:
        case CreateTask() as task:
            return _task_from(task, values, dict(people))
        case AddNote() as note:
            return replace(note, title=_text(values, "title", note.title), text=_text(values, "text", note.text))
        case UpdateAccount() as update:
            moved = (replace(each, after=_text(values, each.field, each.after or "")) for each in update.changes)
            return replace(update, changes=tuple(moved))
        case RemoveRecord():
            raise Refused(NOT_ADJUSTABLE)


def _task_inputs(task: CreateTask, people: Sequence[tuple[str, str]], offered: Sequence[str]) -> list[Block]:
    picker = {"type": "datepicker", "action_id": "due", "initial_date": task.due.isoformat()}
    known = [each for each in PRIORITIES if each in offered or each == task.priority]
    priorities = select(((each, each) for each in known), action_id="priority", chosen=task.priority)
    blocks = [
        _line("subject", "Task", task.subject, SUBJECT_LIMIT),
        input_block("due", "Due", picker),
        input_block("priority", "Priority", priorities),
        _paragraph("description", "Description", task.description, optional=True),
    ]
    if people:
        named_people = [(person_id, named_plain(name, limit=70)) for person_id, name in people]
        blocks.append(
            input_block("assignee_id", "For", select(named_people, action_id="assignee_id", chosen=task.assignee_id))
        )
    return blocks


def _field_input(change: FieldChange, choices: Sequence[str]) -> Block:
    label, chosen = EDITABLE_ACCOUNT_FIELDS.get(change.field, change.field), change.after or ""
    values = [each for each in dict.fromkeys((*choices, chosen)) if each and len(each) <= 150]
    if not choices or not values:
        return _paragraph(change.field, label, chosen, hint=_was(change))
    options = [(each, plain(each, limit=70)) for each in values]
    return input_block(change.field, label, select(options, action_id=change.field, chosen=chosen), hint=_was(change))


def _was(change: FieldChange) -> str:
    return f"Now in Zoho: {plain(change.before or '', limit=200, empty='empty')}"


def _line(field: str, label: str, value: str, limit: int) -> Block:
    shown = " ".join(visible(value, limit=4 * limit).split())[:limit]
    return input_block(field, label, text_input(field, initial=shown, limit=limit))


def _paragraph(field: str, label: str, value: str, *, hint: str | None = None, optional: bool = False) -> Block:
    if len(value) > _INPUT_LIMIT:
        return context(f"{label}: too long to edit here ({len(value):,} characters); it stays as proposed.")
    element = text_input(field, initial=visible(value, limit=_INPUT_LIMIT), limit=_INPUT_LIMIT, multiline=True)
    return input_block(field, label, element, hint=hint, optional=optional)


def _task_from(task: CreateTask, values: Mapping[str, Any], people: Mapping[str, str]) -> CreateTask:
    priority = next((each for each in PRIORITIES if each == submitted(values, "priority")), task.priority)
    assignee = submitted(values, "assignee_id") or task.assignee_id
    if assignee not in people and assignee != task.assignee_id:
        raise FieldProblems([("assignee_id", "Please choose one of the people offered.")])
    return replace(
        task,
        subject=_text(values, "subject", task.subject),
        description=_text(values, "description", task.description),
        due=_due(submitted(values, "due"), task.due),
        priority=priority,
        assignee_id=assignee,
        assignee_name=people.get(assignee, task.assignee_name),
    )


def _text(values: Mapping[str, Any], field: str, proposed: str) -> str:
    """What was typed, without what cannot be seen; the proposed text where the modal did not show this field."""
    return visible(submitted(values, field) or "", limit=2 * TEXT_LIMIT) if field in values else proposed


def _due(chosen: str | None, proposed: date) -> date:
    try:
        return date.fromisoformat(chosen) if chosen else proposed
    except ValueError as exc:
        raise FieldProblems([("due", "Please choose a date.")]) from exc

"""How a task looks: on the card, in full, and in the Adjust modal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, ClassVar, get_args

from bot.views.blocks import Block, input_block, select, submitted
from bot.views.changes import EMPTY
from bot.views.reader import Reader
from bot.views.text import link, named_plain
from bot.views.write import (
    Short,
    WriteView,
    begun,
    fits,
    line_input,
    linked_parent,
    names_parent,
    on_parent,
    paragraph_input,
    typed,
    whole_line,
    whole_text,
)
from store.domain.crm.accounts import Kind
from store.domain.gate.adjust_proposal import FieldProblems
from store.domain.gate.writes.create_task import SUBJECT_LIMIT, CreateTask, Priority

PRIORITIES: tuple[Priority, ...] = get_args(Priority)


class TaskView(WriteView[CreateTask]):
    result: ClassVar[str] = "the task is in Zoho"

    def short(self, write: CreateTask, reader: Reader, beside: str) -> Short:
        is_whole = fits(reader, write.subject, write.description)
        beside = f"{beside} {write.subject} {write.description if is_whole else ''}"
        on = on_parent(write, reader, beside=beside)
        priority = "" if write.priority == "Normal" else f", {write.priority.lower()}"
        head = f"Task for {_assignee(write, reader)}{on}, due {reader.day(write.due)}{priority}"
        if is_whole:
            texts = [f"“{whole_line(each)}”" for each in (write.subject, write.description) if each]
            return Short(line=f"{head}: {' · '.join(texts)}", whole=names_parent(write, beside=beside))
        if fits(reader, write.subject):
            line = f"{head}: “{whole_line(write.subject)}”"
            return Short(line=f"{line} · …", whole=False)
        return Short(line=f"{head}: “{begun(write.subject, reader)}” · …", whole=False)

    def fields(self, write: CreateTask, reader: Reader) -> list[tuple[str, str]]:
        return [
            (f"Task for {_assignee(write, reader)}", whole_line(write.subject)),
            ("On", linked_parent(write, reader)),
            ("Due", reader.day(write.due)),
            ("Priority", write.priority),
            ("Description", whole_text(write.description) or EMPTY),
        ]

    def marked(self, write: CreateTask) -> str:
        return "Description"

    def outcome(self, write: CreateTask, crm_id: str, reader: Reader) -> str:
        return link(reader.links.record(Kind.ACTIVITY, crm_id), f"task created, due {reader.day(write.due)}")

    def inputs(
        self, write: CreateTask, people: Sequence[tuple[str, str]], choices: Mapping[str, Sequence[str]]
    ) -> list[Block]:
        offered = choices.get("priority", PRIORITIES)
        picker = {"type": "datepicker", "action_id": "due", "initial_date": write.due.isoformat()}
        known = [each for each in PRIORITIES if each in offered or each == write.priority]
        priorities = select(((each, each) for each in known), action_id="priority", chosen=write.priority)
        blocks = [
            line_input("subject", "Task", write.subject, SUBJECT_LIMIT),
            input_block("due", "Due", picker),
            input_block("priority", "Priority", priorities),
            paragraph_input("description", "Description", write.description, optional=True),
        ]
        if people:
            options = [(person_id, named_plain(name, limit=70)) for person_id, name in people]
            chooser = select(options, action_id="assignee_id", chosen=write.assignee_id)
            blocks.append(input_block("assignee_id", "For", chooser))
        return blocks

    def submission(self, write: CreateTask, values: Mapping[str, Any], people: Mapping[str, str]) -> CreateTask:
        priority = next((each for each in PRIORITIES if each == submitted(values, "priority")), write.priority)
        assignee = submitted(values, "assignee_id") or write.assignee_id
        if assignee not in people and assignee != write.assignee_id:
            raise FieldProblems([("assignee_id", "Please choose one of the people offered.")])
        return replace(
            write,
            subject=typed(values, "subject", write.subject),
            description=typed(values, "description", write.description),
            due=_due(submitted(values, "due"), write.due),
            priority=priority,
            assignee_id=assignee,
            assignee_name=people.get(assignee, write.assignee_name),
        )


VIEW = TaskView()


def _assignee(write: CreateTask, reader: Reader) -> str:
    """The task's assignee, by the id in the payload; the payload's own name only if the id is unknown."""
    if write.assignee_id == reader.me:
        return "you"
    return reader.named(reader.names.get(write.assignee_id, write.assignee_name), limit=40)


def _due(chosen: str | None, proposed: date) -> date:
    try:
        return date.fromisoformat(chosen) if chosen else proposed
    except ValueError as exc:
        raise FieldProblems([("due", "Please choose a date.")]) from exc

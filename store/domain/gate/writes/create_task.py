"""A task on an account or a deal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import ClassVar, Literal

from store.domain.crm.accounts import Activity, Kind
from store.domain.crm.basis import Difference, RecordKey
from store.domain.gate.write import (
    CRM,
    Adjustment,
    Field,
    Problem,
    Wording,
    Write,
    Written,
    length_problems,
    moves_between,
    text_problems,
    with_mark_room,
)
from store.domain.gate.writes.remove_record import RemoveRecord
from store.domain.text.redaction import visible
from store.domain.text.wording import day_and_year

# Zoho's limits: a subject is a single-line field, a description a multi-line one.
SUBJECT_LIMIT = 255
DESCRIPTION_LIMIT = 8_000
LATEST_DUE = timedelta(days=366)
STATUS = "Not Started"

Priority = Literal["Highest", "High", "Normal", "Low", "Lowest"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateTask(Write):
    """For `assignee_id`: the owner, or their manager when it escalates."""

    kind: ClassVar[str] = "create_task"
    system: ClassVar[str] = CRM
    only_adds: ClassVar[bool] = True
    undo_refusal: ClassVar[str | None] = None
    former_tool: ClassVar[str | None] = "zoho_create_task"

    parent_kind: Literal[Kind.ACCOUNT, Kind.DEAL]
    parent_id: str
    parent_name: str
    subject: str
    description: str
    due: date
    priority: Priority = "Normal"
    assignee_id: str
    assignee_name: str

    def plain(self) -> CreateTask:
        return replace(
            self,
            subject=visible(self.subject, limit=SUBJECT_LIMIT),
            description=visible(self.description, limit=DESCRIPTION_LIMIT),
        )

    def problems(self, adjustment: Adjustment) -> list[Problem]:
        owner, today = adjustment.owner, adjustment.today
        found = [
            *text_problems("subject", self.subject, SUBJECT_LIMIT),
            *length_problems("description", self.description, DESCRIPTION_LIMIT),
        ]
        if self.due < today:
            found.append(("due", "The due date is in the past."))
        if self.due > today + LATEST_DUE:
            found.append(("due", "The due date is more than a year away."))
        assignee, replaced = adjustment.people.get(self.assignee_id), adjustment.replaces
        may_have_it = {owner.id, owner.manager_id, replaced.assignee_id if isinstance(replaced, CreateTask) else None}
        if assignee is None or not assignee.active or assignee.id not in may_have_it:
            found.append(("assignee_id", "A task can go to the account's owner or their manager."))
        return found

    def is_past(self, today: date) -> bool:
        return self.due < today

    def doer(self) -> str | None:
        return self.assignee_id

    def postponed(self, to: date) -> CreateTask:
        return replace(self, due=to)

    def fields(self) -> tuple[Field, ...]:
        return (
            Field(name="subject", label="Subject", value=self.subject),
            Field(name="description", label="Description", value=with_mark_room(self.description)),
            Field(name="due", label="Due date", value=self.due, types=frozenset({"date"})),
            Field(name="priority", label="Priority", value=self.priority),
            Field(name="assignee_id", label="Owner", value=self.assignee_id, types=frozenset({"ownerlookup"})),
            Field(name="status", label="Status", value=STATUS),
        )

    def name(self) -> str:
        return self.subject

    def in_words(self, say: Callable[[str], str], names: Mapping[str, str]) -> str:
        who = names.get(self.assignee_id, self.assignee_name)
        return f"a task “{say(self.subject)}” for {say(who)}, due {day_and_year(self.due)}"

    def wording(self) -> Wording | None:
        return Wording(
            short=self.subject,
            long=self.description,
            limit=SUBJECT_LIMIT,
            short_name="subject",
            long_name="description",
        )

    def reworded(self, short: str, long: str) -> CreateTask:
        return replace(self, subject=short, description=long)

    def due_on(self) -> date | None:
        return self.due

    def people(self) -> tuple[str, ...]:
        return (self.assignee_name,)

    def made(self, crm_id: str) -> RecordKey | None:
        return Kind.ACTIVITY, crm_id

    def reworked(self, written: Written) -> tuple[Difference, ...] | None:
        if not written.is_touched:
            return None
        made = written.record
        if not isinstance(made, Activity):
            return ()
        return moves_between(
            [
                ("Subject", self.subject, made.subject),
                ("Due", self.due.isoformat(), made.at.date().isoformat() if made.at else None),
                ("Priority", self.priority, made.priority),
                ("Owner", self.assignee_id, made.owner_id),
                ("Done", "no", "yes" if made.done else "no"),
            ]
        )

    def undo(self, written: Written) -> tuple[Write, tuple[Difference, ...]]:
        removal = RemoveRecord.of(self, written, record="task", title=self.subject)
        return removal, (Difference(label="Task", shown=self.subject, present=None),)

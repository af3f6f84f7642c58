"""Another due date or status for a task that was agreed here: move it, close it or drop it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import ClassVar, Literal

from store.domain.crm.accounts import DEFERRED, Activity, Kind
from store.domain.crm.basis import Difference, RecordKey, Records
from store.domain.errors import Refused
from store.domain.gate.write import CRM, Adjustment, Field, Problem, Write, Written, moves_between
from store.domain.gate.writes.create_task import LATEST_DUE, STATUS
from store.domain.text.wording import day_and_year

COMPLETED = "Completed"

Step = Literal["move", "close", "drop"]
# The status that each step gives a task; a moved one keeps its own.
STATUS_OF: Mapping[Step, str] = {"close": COMPLETED, "drop": DEFERRED}


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateTask(Write):
    """`was_due` and `was_status` are the task's values at the time of the proposal, `due` and `status` those it gets. `subject` is
    the name people know it by, `agreed_on` the day of its approval."""

    kind: ClassVar[str] = "update_task"
    system: ClassVar[str] = CRM
    undo_refusal: ClassVar[str | None] = None

    parent_kind: Literal[Kind.ACCOUNT, Kind.DEAL]
    parent_id: str
    parent_name: str
    task_id: str
    subject: str
    agreed_on: date | None
    was_due: date | None
    was_status: str
    due: date | None
    status: str
    unless_modified_since: datetime

    @property
    def step(self) -> Step:
        changed = self.status if self.status != self.was_status else ""
        return "close" if changed == COMPLETED else "drop" if changed == DEFERRED else "move"

    def stepped(self, step: Step, due: date | None) -> UpdateTask:
        """The same task with another step; only a moved one gets the date."""
        if step == "move":
            return replace(self, due=due, status=self.was_status)
        return replace(self, due=self.was_due, status=STATUS_OF[step])

    def plain(self) -> UpdateTask:
        return self

    def problems(self, adjustment: Adjustment) -> list[Problem]:
        replaced = adjustment.replaces
        assert isinstance(replaced, UpdateTask)
        if replace(self, due=replaced.due, status=replaced.status) != replaced:
            raise Refused("An adjusted update must be of the same task, based on the same version of it.")
        if self.status not in (self.was_status, *STATUS_OF.values()):
            return [("status", "A task can be moved, closed or dropped.")]
        if self.step != "move":
            return [("due", "A task that is closed or dropped keeps its date.")] if self.due != self.was_due else []
        if self.due is None or self.due == self.was_due:
            return [("due", "Please choose another date.")]
        if self.due < adjustment.today:
            return [("due", "The due date is in the past.")]
        if self.due > adjustment.today + LATEST_DUE:
            return [("due", "The due date is more than a year away.")]
        return []

    def is_past(self, today: date) -> bool:
        return self.step == "move" and self.due is not None and self.due < today

    def postponed(self, to: date) -> UpdateTask:
        return replace(self, due=to)

    def fields(self) -> tuple[Field, ...]:
        due = Field(name="due", label="Due date", value=self.due, types=frozenset({"date"}))
        status = Field(name="status", label="Status", value=self.status)
        return (*((due,) if self.due != self.was_due else ()), *((status,) if self.status != self.was_status else ()))

    def name(self) -> str:
        match self.step:
            case "close":
                return f"Close “{self.subject}”"
            case "drop":
                return f"Drop “{self.subject}”"
            case _:
                return f"Move “{self.subject}” to {day_and_year(self.due) if self.due else 'no date'}"

    def in_words(self, say: Callable[[str], str], names: Mapping[str, str]) -> str:
        match self.step:
            case "close":
                return f"completing the task “{say(self.subject)}”"
            case "drop":
                return f"deferring the task “{say(self.subject)}”"
            case _:
                day = day_and_year(self.due) if self.due else "no date"
                return f"moving the task “{say(self.subject)}” to {day}"

    def made(self, crm_id: str) -> RecordKey | None:
        return Kind.ACTIVITY, self.task_id

    def touches(self) -> tuple[tuple[RecordKey, str], ...]:
        task = (Kind.ACTIVITY, self.task_id)
        return (*Write.touches(self), (task, "at"), (task, "done"))

    def guarded(self) -> RecordKey:
        return Kind.ACTIVITY, self.task_id

    def renewed(self, records: Records) -> UpdateTask | None:
        """As the task is now; None if someone completed or removed it."""
        task = records.get((Kind.ACTIVITY, self.task_id))
        if not isinstance(task, Activity) or not task.is_open:
            return None
        step, due = self.step, task.at.date() if task.at else None
        if step == "move" and due == self.due:
            return None
        now = replace(self, was_due=due, was_status=task.status or STATUS, unless_modified_since=task.modified_at)
        return now.stepped(step, self.due)

    def reworked(self, written: Written) -> tuple[Difference, ...] | None:
        task = written.record
        if not isinstance(task, Activity):
            return ()
        pairs = [
            ("Due", _day(self.due), _day(task.at.date() if task.at else None)),
            ("Status", self.status, task.status),
        ]
        return moves_between(pairs) or None

    def undo(self, written: Written) -> tuple[Write, tuple[Difference, ...]]:
        back = replace(
            self,
            was_due=self.due,
            was_status=self.status,
            due=self.was_due,
            status=self.was_status,
            unless_modified_since=written.modified_at,
        )
        pairs = [("Due", _day(self.due), _day(self.was_due)), ("Status", self.status, self.was_status)]
        return back, moves_between(pairs)


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None

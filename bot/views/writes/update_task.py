"""How moving, closing or dropping an agreed task looks: on the card, in full, and in the Adjust modal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, ClassVar

from bot.views.blocks import Block, input_block, select, submitted
from bot.views.changes import EMPTY
from bot.views.reader import Reader
from bot.views.text import link, named
from bot.views.words import first_words
from bot.views.write import Short, WriteView, begun, fits, linked_parent, names_parent, on_parent, whole_line
from store.domain.crm.accounts import Kind
from store.domain.gate.adjust_proposal import FieldProblems
from store.domain.gate.writes.update_task import STATUS_OF, Step, UpdateTask

STEPS: Mapping[Step, str] = {
    "move": "Move it to the date below",
    "close": "Close it: it is done",
    "drop": "Drop it: no longer needed",
}


class TaskUpdateView(WriteView[UpdateTask]):
    result: ClassVar[str] = "the task is changed in Zoho"

    def short(self, write: UpdateTask, reader: Reader, beside: str) -> Short:
        """`Task “Call Eva”, agreed on Thu 12 Mar, was due Sat 14 Mar: move it to Tue 17 Mar`."""
        on = on_parent(write, reader, beside=f"{beside} {write.subject}")
        agreed = f", agreed on {reader.day(write.agreed_on)}" if write.agreed_on else ""
        due = f", was due {reader.day(write.was_due)}" if write.was_due else ""
        tail = f"{on}{agreed}{due}: {_step(write, reader)}"
        if fits(reader, write.subject):
            return Short(
                line=f"Task “{whole_line(write.subject)}”{tail}",
                whole=names_parent(write, beside=f"{beside} {write.subject}"),
            )
        return Short(line=f"Task “{begun(write.subject, reader)}”{tail}", whole=False)

    def about(self, write: UpdateTask) -> str:
        return f"Task “{whole_line(write.subject)}” for {write.parent_kind} “{named(write.parent_name, limit=100)}”"

    def fields(self, write: UpdateTask, reader: Reader) -> list[tuple[str, str]]:
        agreed = [("Agreed on", reader.day(write.agreed_on))] if write.agreed_on else []
        task = link(reader.links.record(Kind.ACTIVITY, write.task_id), whole_line(write.subject))
        due, status = [_day(each, reader) for each in (write.was_due, write.due)], [write.was_status, write.status]
        return [
            ("Task", task),
            ("On", linked_parent(write, reader)),
            *agreed,
            ("Due", " → ".join(dict.fromkeys(due))),
            ("Status", " → ".join(whole_line(each) for each in dict.fromkeys(status))),
        ]

    def outcome(self, write: UpdateTask, crm_id: str, reader: Reader) -> str:
        said = {"close": "task closed", "drop": "task dropped"}.get(
            write.step, f"task moved to {_day(write.due, reader)}"
        )
        return link(reader.links.record(Kind.ACTIVITY, write.task_id), said)

    def told(self, write: UpdateTask, name: str) -> str:
        return first_words(whole_line(write.subject), 10)

    def inputs(
        self, write: UpdateTask, people: Sequence[tuple[str, str]], choices: Mapping[str, Sequence[str]]
    ) -> list[Block]:
        offered = choices.get("status")
        steps = [
            (step, label)
            for step, label in STEPS.items()
            if step == "move" or not offered or STATUS_OF[step] in offered
        ]
        picker: Block = {"type": "datepicker", "action_id": "due"}
        if (due := write.due or write.was_due) is not None:
            picker["initial_date"] = due.isoformat()
        return [
            input_block("status", "What to do with it", select(steps, action_id="status", chosen=write.step)),
            input_block("due", "Move to", picker, optional=True),
        ]

    def submission(self, write: UpdateTask, values: Mapping[str, Any], people: Mapping[str, str]) -> UpdateTask:
        step = next((each for each in STEPS if each == submitted(values, "status")), write.step)
        return write.stepped(step, _date(submitted(values, "due")))

    def afterwards(self, write: UpdateTask) -> str:
        return "The task gets its previous date and status back."


VIEW = TaskUpdateView()


def _step(write: UpdateTask, reader: Reader) -> str:
    match write.step:
        case "close":
            return "close it"
        case "drop":
            return f"drop it ({STATUS_OF['drop']})"
        case _:
            return f"move it to {_day(write.due, reader)}"


def _day(day: date | None, reader: Reader) -> str:
    return reader.day(day) if day else EMPTY


def _date(chosen: str | None) -> date | None:
    try:
        return date.fromisoformat(chosen) if chosen else None
    except ValueError as exc:
        raise FieldProblems([("due", "Please choose a date.")]) from exc

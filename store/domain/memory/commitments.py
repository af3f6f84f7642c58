"""Promises in notes and tasks: the promise, who made it, its due date, and whether it was kept, by rules that cite their
evidence.

A promise in a note is a sentence in which someone says that they will do something. It counts as kept if a task that names
the same thing was completed after it. A rule cannot read minds: without evidence it says only that there is none.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from store.domain.crm.accounts import Activity, ActivityType, Note
from store.domain.memory.due import due_in, without_due
from store.domain.memory.passage import MemoryKind, passage_id
from store.domain.memory.pieces import safe
from store.domain.memory.query import words_of
from store.domain.text.wording import one_line


class Party(StrEnum):
    US = "us"
    THEM = "them"


class CommitmentState(StrEnum):
    KEPT = "kept"
    LATE = "late"  # done, but after it was due
    OPEN = "open"  # not due yet
    OVERDUE = "overdue"  # due, without evidence that it was done
    UNKNOWN = "unknown"  # no date, and no evidence that it was done


@dataclass(frozen=True, slots=True, kw_only=True)
class Commitment:
    """`what` is the promise in the words of `said`, the sentence. `passage_ids` are the evidence: of the promise and, if it
    was done, of that."""

    by: Party
    what: str
    said: str
    made_at: datetime
    due: date | None
    standing: CommitmentState
    passage_ids: tuple[str, ...]


_WE = r"(?:we|i)(?:['’]ll| will| shall| promised(?: to)?| agreed to| committed to| are going to| owe)"
# Notes without a subject: “Promised Jo the list”, “…; committed to two days”.
_JOTTED = r"(?:^\s*|(?<=[;:,(] )|(?<= and ))(?:promised(?: to)?|committed to)"
_SAYS = (
    r"(?:['’]ll| will| promised to| agreed to| committed to| are going to| is going to"
    r"| gave (?:their|his|her) word (?:that|to))"
)
_THEY = r"(?:they|he|she|(?:the )?(?:client|customer|prospect|buyer|sponsor))"
_SENTENCE = re.compile(r"[^.!?\n]+(?:[.!?](?!\s|$)[^.!?\n]*)*")
_TASK_FITS = 2  # words that a task must share with a promise, or all if there are fewer


def commitments(
    notes: Sequence[Note], activities: Sequence[Activity], *, now: datetime, names: Collection[str] = ()
) -> tuple[Commitment, ...]:
    """Return all promises found, the latest first. `names` are the people at the customer: their announcements count as
    promises."""
    tasks = [each for each in activities if each.type is ActivityType.TASK]
    pattern = _promise_of(names)
    found = [promise for note in notes for promise in _in_note(note, pattern, tasks, now)]
    found += [promise for task in tasks if (promise := _of_task(task, now)) is not None]
    return tuple(sorted(found, key=lambda each: (-each.made_at.timestamp(), each.passage_ids)))


def _promise_of(names: Collection[str]) -> re.Pattern[str]:
    """Match whole full names and first names; the longer ones first, so that a first name does not hide the full one."""
    told = {part for name in names for part in (name, name.partition(" ")[0]) if len(part) > 1}
    people = "|".join([_THEY, *(re.escape(each) for each in sorted(told, key=len, reverse=True))])
    them = rf"(?:{people}){_SAYS}|we agreed that (?:{people})(?= \w+s\b)"
    return re.compile(
        rf"(?:\b(?P<us>{_WE})|(?P<jotted>{_JOTTED})|\b(?P<them>{them}))(?P<denied> not| never)?\b"
        r"(?P<what>(?:[^.!?;\n]|\.(?=\d)){3,200})",
        re.IGNORECASE,
    )


def _in_note(note: Note, pattern: re.Pattern[str], tasks: Sequence[Activity], now: datetime) -> list[Commitment]:
    made = []
    for sentence in _SENTENCE.finditer(safe(note.text)):
        for match in pattern.finditer(sentence[0]):
            if match["denied"]:
                continue
            what = one_line(match["what"], limit=160)
            due = due_in(what, note.created_at.date())
            done = _done_by(what, note, tasks)
            rests = (passage_id(MemoryKind.NOTE, note.id), *((passage_id(MemoryKind.TASK, done.id),) if done else ()))
            made.append(
                Commitment(
                    by=Party.THEM if match["them"] else Party.US, what=what, said=one_line(sentence[0].strip(), limit=200),
                    made_at=note.created_at, due=due, passage_ids=rests,
                    standing=_standing(due, done.done_at or done.modified_at if done else None, now),
                )
            )  # fmt: skip
    return made


def _of_task(task: Activity, now: datetime) -> Commitment | None:
    if task.at is None:
        return None
    done = (task.done_at or task.modified_at) if task.done else None
    subject = one_line(safe(task.subject, limit=600), limit=160)
    return Commitment(
        by=Party.US, what=subject, said=subject, made_at=task.created_at, due=task.at.date(),
        standing=_standing(task.at.date(), done, now), passage_ids=(passage_id(MemoryKind.TASK, task.id),),
    )  # fmt: skip


def _done_by(what: str, note: Note, tasks: Sequence[Activity]) -> Activity | None:
    wanted = {_stem(word) for word in words_of(without_due(what))}
    for task in sorted(tasks, key=lambda each: each.created_at):
        shared = wanted & {_stem(word) for word in words_of(task.subject)}
        done_at = task.done_at or task.modified_at
        if task.done and done_at >= note.created_at and shared and len(shared) >= min(_TASK_FITS, len(wanted)):
            return task
    return None


def _standing(due: date | None, done: datetime | None, now: datetime) -> CommitmentState:
    if done is not None:
        return CommitmentState.LATE if due and done > _end_of(due) else CommitmentState.KEPT
    if due is None:
        return CommitmentState.UNKNOWN
    return CommitmentState.OPEN if now <= _end_of(due) else CommitmentState.OVERDUE


def _end_of(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), UTC)


def _stem(word: str) -> str:
    return re.sub(r"(?:ing|ed|es|s|e)$", "", word) if len(word) > 4 else word

"""The drafts for activities: one file of several types becomes calls, meetings, tasks and notes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from integrations.sandbox.imports.cells import YES
from integrations.sandbox.imports.suggest.joins import Target, keys_of
from integrations.sandbox.imports.suggest.others import owner_of, parents_of
from integrations.sandbox.imports.suggest.parts import Part, Said
from integrations.sandbox.imports.suggest.tables import Column, Table
from integrations.sandbox.imports.suggest.words import words_of

_KINDS: Mapping[str, frozenset[str]] = {
    "Calls": frozenset(["call", "phone", "voicemail", "звонок"]),
    "Events": frozenset(
        ["meeting", "demo", "visit", "event", "lunch", "webinar", "presentation", "conference", "встреча"]
    ),
    "Tasks": frozenset(["task", "reminder", "задача", "дело"]),
}
_DONE = frozenset(["completed", "complete", "done", "finished", "held"])
_SUBJECTS = {"Calls": "Subject", "Tasks": "Subject", "Events": "Event_Title", "Notes": "Note_Title"}


def activity_parts(
    table: Table, targets: Mapping[str, Target], people: Target | None, taken: Sequence[str]
) -> list[Part]:
    """Draft each module that no other file fills. Types that are neither calls, meetings nor tasks become notes."""
    kind = table.find("activity type", "type", "activity", "call type", own="activity", kind="text")
    if kind is None or len(kind.counts) > 30:
        module = _module(table.words) if _module(table.words) != "Notes" else "Calls"
        return [] if module in taken else [_part(module, table, None, (), targets, people)]
    cells: dict[str, list[str]] = {}
    for cell in kind.counts:
        module = _module(words_of(cell))
        cells.setdefault("Calls" if module == "Notes" and "Notes" in taken else module, []).append(cell)
    return [
        _part(module, table, kind, tuple(own), targets, people) for module, own in cells.items() if module not in taken
    ]


def notes_part(table: Table, targets: Mapping[str, Target], people: Target | None) -> Part:
    return _part("Notes", table, None, (), targets, people)


def _module(words: Sequence[str]) -> str:
    return next((module for module, known in _KINDS.items() if known & set(words)), "Notes")


def _part(
    module: str,
    table: Table,
    kind: Column | None,
    cells: tuple[str, ...],
    targets: Mapping[str, Target],
    people: Target | None,
) -> Part:
    part = Part(module, table)
    if key := keys_of(table, own="activity") or keys_of(table, own="note"):
        part.settings["key"] = Said(key)
    if kind is not None:
        why = "check: these types are kept as notes" if module == "Notes" else ""
        part.settings["only"] = Said({kind.name: list(cells)}, why)
    parents = parents_of(table, targets)
    text = table.find("text", "note", "description", "outcome", kind="text")
    subject = table.find("subject", "title", "name", own="activity", kind="text", but=frozenset(filter(None, (key,))))
    names = [column.name for column in (subject, None if module == "Notes" else text, kind) if column]
    part.fields[_SUBJECTS[module]] = _subject(module, names)
    if text is not None:
        part.fields["Note_Content" if module == "Notes" else "Description"] = Said(text.name)
    part.fields |= _parents(module, parents)
    if (owner := owner_of(table, people, parents)) is not None:
        part.fields["Owner"] = owner
    _ADD[module](part)
    return part


def _subject(module: str, names: Sequence[str]) -> Said:
    unnamed = {"Calls": "Call", "Events": "Meeting", "Tasks": "Task", "Notes": "Note"}[module]
    return Said({"first_of": list(names), "default": unnamed} if names else {"constant": unnamed})


def _parents(module: str, parents: Mapping[str, Said]) -> dict[str, Said]:
    about = next((parents[each] for each in ("Deals", "Accounts") if each in parents), None)
    person = parents.get("Contacts")
    if module == "Notes":
        return {"Parent_Id": about or person or Said({"constant": ""}, "check: no column says what a note is about")}
    return {name: said for name, said in (("What_Id", about), ("Who_Id", person)) if said}


def _add_call(part: Part) -> None:
    table, days = part.table, _days(part.table)
    direction = table.find("direction", kind="text")
    known = {cell: "Inbound" if "in" in cell.lower() else "Outbound" for cell in direction.counts} if direction else {}
    told = {"column": direction.name, "values": known, "default": "Outbound"} if direction else {"constant": "Outbound"}
    part.fields["Call_Type"] = Said(told, "" if direction else "check: the file does not say who called")
    part.fields["Call_Start_Time"] = _first(days)
    part.fields["Outgoing_Call_Status"] = _status(table, done="Completed", planned="Scheduled")
    _happened(part, days)


def _add_meeting(part: Part) -> None:
    days = _days(part.table)
    part.fields["Start_DateTime"] = part.fields["End_DateTime"] = _first(days)
    _happened(part, days)


def _add_task(part: Part) -> None:
    table = part.table
    due = table.find("close date", "close", "date", kind="days")
    done = table.find("completed date", "completed", "done date", kind="days")
    created = table.find("created date", "created", kind="days")
    if due is not None:
        part.fields["Due_Date"] = Said(due.name)
    part.fields["Status"] = _status(table, done="Completed", planned="Not Started")
    part.events.append({"on": Said([created.name])} if created else {})
    if done is not None and done is not due:
        closing = {"on": Said([done.name]), "fields": Said({"Status": {"constant": "Completed"}})}
        part.events.append(closing)
        part.fields["Status"] = Said({"constant": "Not Started"})
        part.dated = (done.name,)
    part.planned = (due.name,) if due else ()


def _add_note(part: Part) -> None:
    _happened(part, _days(part.table))


def _happened(part: Part, days: Sequence[Column]) -> None:
    part.events.append({"on": Said([column.name for column in days])} if days else {})
    part.dated = tuple(column.name for column in days if not {"close", "expected"} & set(column.words))


def _days(table: Table) -> list[Column]:
    """Return the columns of days, that on which it took place first."""
    wanted = ("completed date", "start date", "activity date", "date", "created date", "close date")
    found = [column for phrase in wanted if (column := table.find(phrase, own="activity", kind="days"))]
    return list({column.name: column for column in found if "modified" not in column.words}.values())


def _first(days: Sequence[Column]) -> Said:
    if not days:
        return Said({"constant": ""}, "check: no column says when")
    return Said(days[0].name if len(days) == 1 else {"first_of": [column.name for column in days]})


def _status(table: Table, *, done: str, planned: str) -> Said:
    column = table.find("completed", "done", "is done", "status", "activity status")
    if column is None or column.is_days or len(column.counts) > 12:
        return Said({"constant": done}, "check: the file does not say what was done")
    values = {cell: done if cell.lower() in YES | _DONE else planned for cell in column.counts}
    return Said({"column": column.name, "values": values, "default": planned})


_ADD = {"Calls": _add_call, "Events": _add_meeting, "Tasks": _add_task, "Notes": _add_note}

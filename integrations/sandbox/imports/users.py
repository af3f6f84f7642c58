"""Read users from a file with a line for each person and, optionally, a column for their manager."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from integrations.sandbox.history import CrmUser
from integrations.sandbox.imports.cells import zone_of
from integrations.sandbox.imports.mapping import CsvMapping, UsersFile
from integrations.sandbox.imports.sheets import Line, read_sheet

_FIRST_ID = 4_200_000_000_000_010_001


def read_users(directory: Path, plan: CsvMapping) -> dict[str, CrmUser]:
    """Return the users by name, managers first. A manager without a line gets the zone of their first report.

    Raises: BadInput.
    """
    spec, sheet = plan.users, read_sheet(directory / plan.users.file)
    for column in filter(None, (spec.name, spec.manager, spec.email, spec.time_zone.column)):
        sheet.need(column)
    people: dict[str, _Person] = {}
    for line in sheet.lines:
        person = _person(spec, line)
        if person.name in people:
            raise line.fault(spec.name, f"“{person.name}” appears twice.")
        people[person.name] = person
    managers = {person.manager: person.zone for person in reversed(people.values()) if person.manager}
    named = [_Person(name, zone) for name, zone in managers.items() if name not in people]
    return _users(spec, [*named[::-1], *people.values()], managers)


def split_name(name: str) -> tuple[str, str]:
    """Split into first names and last name; a single word is a last name, because a CRM requires that one."""
    first, _, last = name.rpartition(" ")
    return first, last


@dataclass(frozen=True, slots=True)
class _Person:
    name: str
    zone: str
    manager: str = ""
    email: str = ""


def _person(spec: UsersFile, line: Line) -> _Person:
    name = line.cells[spec.name]
    if not name:
        raise line.fault(spec.name, "a name is missing.")
    manager = line.cells[spec.manager] if spec.manager else ""
    return _Person(name, _zone(spec, line), manager, line.cells[spec.email] if spec.email else "")


def _zone(spec: UsersFile, line: Line) -> str:
    column = spec.time_zone.column
    cell = line.cells[column] if column else str(spec.time_zone.constant)
    return zone_of(spec.time_zone.values.get(cell, cell), line=line, column=column)


def _users(spec: UsersFile, people: list[_Person], managers: Mapping[str, str]) -> dict[str, CrmUser]:
    ids = {person.name: str(_FIRST_ID + position) for position, person in enumerate(people)}
    made_up = _addresses(ids, spec.email_domain)
    return {
        person.name: CrmUser(
            id=ids[person.name],
            first_name=split_name(person.name)[0],
            last_name=split_name(person.name)[1],
            email=person.email or email,
            time_zone=person.zone,
            role=spec.manager_role if person.name in managers else spec.role,
            manager_id=ids.get(person.manager),
        )
        for person, email in zip(people, made_up, strict=True)
    }


def _addresses(names: Iterable[str], domain: str) -> Iterator[str]:
    """Yield an e-mail address per name, `first.last@domain`; names that look the same in ASCII get a number."""
    taken: set[str] = set()
    for name in names:
        plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
        stem = ".".join(re.findall(r"[a-z0-9-]+", plain)) or "user"
        address, number = f"{stem}@{domain}", 2
        while address in taken:
            address, number = f"{stem}.{number}@{domain}", number + 1
        taken.add(address)
        yield address

"""Read users from a file with a line for each person and, optionally, a column for their manager."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from integrations.sandbox.history import CrmUser
from integrations.sandbox.imports.cells import flag_of, zone_of
from integrations.sandbox.imports.faults import Fault, Faults
from integrations.sandbox.imports.mapping import CsvMapping
from integrations.sandbox.imports.sheets import Line, read_sheet
from integrations.sandbox.imports.sources import UsersFile, folded, split_name

_FIRST_ID = 4_200_000_000_000_010_001


class People:
    """The users, found by key, name or e-mail address."""

    def __init__(self, users: Iterable[CrmUser], keys: Mapping[str, str]) -> None:
        self.users = tuple(users)
        self.names = {user.id: user.full_name for user in self.users}
        names = Counter(user.full_name.casefold() for user in self.users)
        found = {user.full_name.casefold(): user.id for user in self.users if names[user.full_name.casefold()] == 1}
        found |= {user.email.casefold(): user.id for user in self.users}
        self._found = found | {key.casefold(): user_id for key, user_id in keys.items()}

    def find(self, text: str) -> str | None:
        """Return the user's id; None also for a name that two people share."""
        return self._found.get(folded(text))


def read_people(directory: Path, plan: CsvMapping, faults: Faults) -> People:
    """Return the users, managers first. A manager without a line gets the zone of their first report. Without a file, the
    default owner is the only one.

    Raises: Fault if the file cannot be used at all.
    """
    if plan.users is None:
        return _alone(str(plan.default_owner))
    spec = plan.users
    sheet = read_sheet(directory, spec.file, faults=faults, form=plan.format_of(spec.file))
    for column in spec.columns:
        sheet.need(column)
    people: dict[str, _Person] = {}
    for line in filter(spec.takes, sheet.lines):
        with faults.caught():
            person = _person(spec, line)
            if person is None or (spec.distinct and person.key in people):
                continue
            if person.key in people:
                raise line.fault(spec.key or spec.name.place, f"“{person.key}” appears twice.")
            if person.email.casefold() in {each.email.casefold() for each in people.values()} - {""}:
                raise line.fault(spec.email, f"“{person.email}” is the address of someone else.")
            people[person.key] = person
    if not any(person.active for person in people.values()):
        faults.end()
        raise Fault("none of the people is active.", file=spec.file)
    return _people(spec, people)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Person:
    key: str
    name: str
    zone: str
    manager: str
    email: str
    active: bool


def _alone(name: str) -> People:
    first, last = split_name(name)
    email = next(iter(_addresses([name], "example.com")))
    return People([CrmUser(id=str(_FIRST_ID), first_name=first, last_name=last, email=email, time_zone="UTC")], {})


def _person(spec: UsersFile, line: Line) -> _Person | None:
    """Return the person of a line; None if a file that is not about people names no one. Raises: Fault."""
    name = " ".join(spec.name.text(line).split())
    if not name:
        if spec.distinct:
            return None
        raise line.fault(spec.name.place, "a name is missing.")
    active, column = spec.active.text_and_place(line)
    zone = zone_of(spec.time_zone.text(line), line=line, column=spec.time_zone.column)
    return _Person(
        key=(line.cells[spec.key] if spec.key else "") or name,
        name=name,
        zone=zone,
        manager=line.cells[spec.manager] if spec.manager else "",
        email=line.cells[spec.email] if spec.email else "",
        active=not active or flag_of(active, line=line, column=column),
    )


def _people(spec: UsersFile, people: Mapping[str, _Person]) -> People:
    """Give ids, addresses and managers; managers without a line come first, as people of their own."""
    known = {text.casefold() for person in people.values() for text in (person.key, person.name, person.email)}
    bosses = {person.manager: person for person in reversed(list(people.values())) if person.manager}
    named = [
        _Person(key=name, name=name, zone=report.zone, manager="", email="", active=True)
        for name, report in bosses.items()
        if name.casefold() not in known
    ][::-1]
    everyone = [*named, *people.values()]
    ids = {person.key: str(_FIRST_ID + position) for position, person in enumerate(everyone)}
    by_text = {
        text.casefold(): ids[each.key] for each in everyone for text in (each.email, each.name, each.key) if text
    }
    managing = {by_text[name.casefold()] for name in bosses}
    made_up = _addresses((person.name for person in everyone), spec.email_domain)
    users = (
        CrmUser(
            id=ids[person.key],
            first_name=split_name(person.name)[0],
            last_name=split_name(person.name)[1],
            email=person.email or email,
            time_zone=person.zone,
            role=spec.manager_role if ids[person.key] in managing else spec.role,
            manager_id=by_text.get(person.manager.casefold()) if person.manager else None,
            active=person.active,
        )
        for person, email in zip(everyone, made_up, strict=True)
    )
    return People(users, ids)


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

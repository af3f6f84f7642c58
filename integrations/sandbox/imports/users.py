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
from integrations.sandbox.imports.report import PEOPLE, Tally
from integrations.sandbox.imports.sheets import Line, Sheet, read_sheet
from integrations.sandbox.imports.sources import UsersFile, folded, split_name

_FIRST_ID = 4_200_000_000_000_010_001
_NO_ZONE = "UTC"


class People:
    """The users, found by key, name or e-mail address."""

    def __init__(self, users: Iterable[CrmUser], keys: Mapping[str, str]) -> None:
        self.users = tuple(users)
        self.active = frozenset(user.id for user in self.users if user.active)
        self.names = {user.id: user.full_name for user in self.users}
        self._names = Counter(user.full_name.casefold() for user in self.users)
        found = {name: user.id for user in self.users if self._names[name := user.full_name.casefold()] == 1}
        found |= {user.email.casefold(): user.id for user in self.users}
        self._found = found | {key.casefold(): user_id for key, user_id in keys.items()}

    def find(self, text: str) -> str | None:
        """Return the user's id; None also for a name that two people share."""
        return self._found.get(folded(text))

    def named(self, text: str) -> int:
        """Return how many people have this name."""
        return self._names[folded(text)]


def read_people(directory: Path, plan: CsvMapping, faults: Faults, tally: Tally) -> People:
    """Return the users, managers first. A manager without a line gets the zone of their first report. Without a file, the
    default owner is the only one.

    Raises: Fault if the file cannot be used at all.
    """
    if plan.users is None:
        return _alone(str(plan.default_owner), plan.format.time_zone, tally)
    spec = plan.users
    sheet = read_sheet(directory, spec.file, faults=faults, form=plan.format_of(spec.file))
    for column in spec.columns:
        sheet.need(column)
    tally.read(sheet)
    zone = plan.format.time_zone or _NO_ZONE
    if spec.time_zone is None and not plan.format.time_zone:
        tally.check(
            f"{spec.file}: the mapping gives no one a time zone, so all get their briefs at hours of {_NO_ZONE}."
        )
    people = _persons(sheet, spec, faults, tally, zone=zone)
    if not any(person.active for person in people.values()):
        faults.end()
        raise Fault("none of the people is active.", file=spec.file)
    return _people(spec, people)


def _persons(sheet: Sheet, spec: UsersFile, faults: Faults, tally: Tally, *, zone: str) -> dict[str, _Person]:
    """Return the people by key, and count them."""
    people: dict[str, _Person] = {}
    for line in filter(spec.takes, sheet.lines):
        tally.took(line)
        began, before = faults.raised, len(people)
        with faults.caught():
            person = _person(spec, line, faults, zone=zone)
            if person is None or (spec.distinct and person.key in people):
                continue
            if person.key in people:
                raise line.fault(spec.key or spec.name.place, f"“{person.key}” appears twice.")
            if person.email.casefold() in {each.email.casefold() for each in people.values()} - {""}:
                raise line.fault(spec.email, f"“{person.email}” is the address of someone else.")
            people[person.key] = person
        if len(people) > before:
            tally.made(sheet.file, PEOPLE)
        else:
            faults.settle("The person is left out.", since=began, all_of_them=True)
            tally.dropped(sheet.file, PEOPLE)
    return people


@dataclass(frozen=True, slots=True, kw_only=True)
class _Person:
    key: str
    name: str
    zone: str
    manager: str
    email: str
    active: bool


def _alone(name: str, zone: str | None, tally: Tally) -> People:
    if zone is None:
        tally.check(f"No file names people, so {name} gets everything, and briefs at hours of {_NO_ZONE}.")
    first, last = split_name(name)
    email = next(iter(_addresses([name], "example.com")))
    alone = CrmUser(id=str(_FIRST_ID), first_name=first, last_name=last, email=email, time_zone=zone or _NO_ZONE)
    return People([alone], {})


def _person(spec: UsersFile, line: Line, faults: Faults, *, zone: str) -> _Person | None:
    """Return the person of a line; None if a file that is not about people names no one. Raises: Fault."""
    name = " ".join(spec.name.text(line).split())
    if not name:
        if spec.distinct:
            return None
        raise line.fault(spec.name.place, "a name is missing.")
    began, is_active = faults.raised, True
    with faults.caught():
        active, column = spec.active.text_and_place(line)
        is_active = not active or flag_of(active, line=line, column=column)
    faults.settle("The person counts as active.", since=began)
    began = faults.raised
    with faults.caught():
        zone = _zone(spec, line) or zone
    faults.settle(f"The person gets {zone}.", since=began)
    return _Person(
        key=(line.cells[spec.key] if spec.key else "") or name,
        name=name,
        zone=zone,
        manager=line.cells[spec.manager] if spec.manager else "",
        email=line.cells[spec.email] if spec.email else "",
        active=is_active,
    )


def _zone(spec: UsersFile, line: Line) -> str | None:
    """Return the person's zone, if the mapping gives one. Raises: Fault."""
    if spec.time_zone is None:
        return None
    text, column = spec.time_zone.text_and_place(line)
    if not text:
        line.check(column, "there is no time zone.", kind="zone")
        return None
    return zone_of(text, line=line, column=column)


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

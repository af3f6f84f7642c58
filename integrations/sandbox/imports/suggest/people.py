"""The draft for the people: a file of their own, or those whom another file names as owners."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from integrations.sandbox.imports.cells import NO, YES
from integrations.sandbox.imports.suggest.deals import OWNER
from integrations.sandbox.imports.suggest.joins import Target, join_of, keys_of, target
from integrations.sandbox.imports.suggest.others import contact_names
from integrations.sandbox.imports.suggest.parts import Said
from integrations.sandbox.imports.suggest.tables import Column, Table
from integrations.sandbox.imports.suggest.zones import is_zone

_NOBODY = "Account Owner"
_HALF = 0.5
_OWNERS = (
    "owner",
    "owner name",
    "owner email",
    "owner id",
    "sales owner",
    "user",
    "sales contact",
    "account manager",
    "sales manager",
    "manager",
)


@dataclass(slots=True)
class People:
    """`said` is the table [users]; without it the default owner is the only person."""

    said: dict[str, Said] = field(default_factory=dict)
    target: Target | None = None
    default_owner: Said = field(default_factory=lambda: Said(_NOBODY, "check: the files name no people; put a name"))


def people_of(table: Table | None, owning: Sequence[Table]) -> People:
    """Draft the people of their own file, or of the owners' column of the tables, the first that has one."""
    if table is not None:
        return _from_file(table, owning)
    for each in owning:
        column = each.find(*_OWNERS)
        if column is not None and not column.is_numbers and not column.is_days and len(column.counts) < 500:
            said = {"file": Said(each.file), "name": Said(column.name), "distinct": Said(True)}
            if column.is_emails:
                said["email"] = Said(column.name, "check: the people are known by address only")
            most = column.counts.most_common(1)[0][0]
            why = "check: owns most; gets the records that name no one"
            return People(said, target("Users", column.counts), Said(most, why))
    return People()


def _from_file(table: Table, owning: Sequence[Table]) -> People:
    first, last = contact_names(table)
    key = _known_as(table, owning) or keys_of(table, own="user") or keys_of(table, own="owner")
    name = table.find("name", "full name", "user name", "owner", "owner name", own="user", kind="words")
    email = table.find("email", "primary email", kind="emails")
    said: dict[str, Said] = {"file": Said(table.file)}
    if first is not None and last is not None:
        said["name"] = Said({"join": [first.name, last.name], "separator": " "})
        names = [f"{a} {b}".strip() for a, b in zip(first.cells, last.cells, strict=True)]
    else:
        column = name or email or next(iter(table.columns.values()))
        said["name"] = Said(column.name, "" if name else "check: no column looks like a name")
        names = list(column.cells)
    if key and key != said["name"].value:
        said["key"] = Said(key)
    manager = table.find("manager", "manager name", "manager id", "reports to", "supervisor")
    if manager is not None and not manager.is_flags and manager.name not in repr(said["name"].value):
        said["manager"] = Said(manager.name)
    if email is not None:
        said["email"] = Said(email.name)
    if (active := _active(table)) is not None:
        said["active"] = active
    if (zone := table.find("time zone", "timezone", "zone", kind="text")) and zone.share(is_zone) > 0:
        said["time_zone"] = Said(zone.name, "" if zone.share(is_zone) == 1 else "check: not all are time zones")
    known = target("Users", names, *(table.columns[each].cells for each in (key, email and email.name) if each))
    return People(said, known, _default(table, key, names, known, owning, said))


def _known_as(table: Table, owning: Sequence[Table]) -> str | None:
    """Return the column that the owners' columns of the other files repeat: an id, a login."""
    found: Counter[str] = Counter()
    for column in (each for each in table.columns.values() if each.is_unique and not each.is_emails):
        for each in owning:
            if join := join_of(each, target("Users", column.counts), *OWNER, own=""):
                found[column.name] += len(each.columns[join.column].counts) - len(join.missing)
    return max(found, key=lambda name: found[name], default=None)


def _active(table: Table) -> Said | None:
    """Return the column that says who still works here; cells that say neither yes nor no count as yes."""
    column = table.find("active", "is active", "status", "state", own="user")
    if column is None or column.is_days or column.share(lambda cell: cell.lower() in YES | NO) < _HALF:
        return None
    odd = [cell for cell in column.counts if cell.lower() not in YES | NO]
    if not odd:
        return Said(column.name)
    return Said({"column": column.name, "values": dict.fromkeys(odd, "yes")}, f"check: does “{odd[0]}” mean active?")


def _default(
    table: Table, key: str | None, names: Sequence[str], known: Target, owning: Sequence[Table], said: dict[str, Said]
) -> Said:
    """Return the active person who owns most records."""
    columns: list[Column] = []
    for each in owning:
        if join := join_of(each, known, *OWNER, own=""):
            columns.append(each.columns[join.column])
    owned = Counter(cell for column in columns for cell in column.cells if cell)
    keys = table.columns[key].cells if key else names
    shown = _active(table)
    flags = table.columns[_column(shown)].cells if shown else ("yes",) * len(names)
    working = [
        (name, owned[name] + (owned[mine] if mine != name else 0))
        for name, mine, flag in zip(names, keys, flags, strict=True)
        if flag.lower() not in NO and name
    ]
    best = max(working, key=lambda each: each[1], default=(names[0] if names else _NOBODY, 0))
    return Said(best[0], "check: owns most; gets the records that name no one")


def _column(said: Said) -> str:
    return str(said.value["column"] if isinstance(said.value, dict) else said.value)

"""Which role each file has: its name counts most, then the columns that only such files have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from integrations.sandbox.imports.suggest.tables import Table

Role = Literal["users", "accounts", "contacts", "deals", "activities", "notes", "stages"]
_NAMED: Mapping[Role, frozenset[str]] = {
    "stages": frozenset(("stage",)),
    "users": frozenset(("user", "owner", "team")),
    "deals": frozenset(("deal", "pipeline")),
    "contacts": frozenset(("contact",)),
    "activities": frozenset(("activity", "call", "meeting", "task", "event")),
    "notes": frozenset(("note",)),
    "accounts": frozenset(("account",)),
}
_OTHER = frozenset(
    ("history", "dictionary", "product", "payment", "payments", "invoice", "invoices", "lead", "ticket", "tickets")
)
_COLUMNS: Mapping[Role, tuple[str, ...]] = {
    "stages": ("stage name", "stage id", "sort order", "probability"),
    "users": ("role", "manager", "active", "time zone", "team", "department"),
    "deals": ("stage", "amount", "close date", "pipeline", "probability"),
    "contacts": ("last name", "first name", "email", "phone", "role", "job title", "contact name"),
    "activities": ("activity type", "activity date", "subject", "direction", "call type"),
    "notes": ("note", "text", "note content"),
    "accounts": ("industry", "website", "employees", "account name", "city", "annual amount"),
}
_NEEDED: Mapping[Role, tuple[tuple[str, ...], ...]] = {
    "deals": (("stage", "status", "amount"),),
    "contacts": (("last name", "last", "name", "contact name"),),
    "accounts": (("name", "account name", "account"),),
    "users": (("name", "last name", "last", "owner", "email", "full name"),),
    "activities": (("date", "activity date"),),
    "notes": (("note", "text"),),
    "stages": (("stage name", "name", "stage"),),
}


@dataclass(frozen=True)
class Cast:
    """The tables by role, those of activities (there may be one for each type), and those without a role."""

    roles: Mapping[Role, Table]
    activities: tuple[Table, ...]
    unused: tuple[Table, ...]


def cast(tables: Sequence[Table]) -> Cast:
    """Give each role the file that fits it best. Among files of equal fit, the one with more lines."""
    scores = sorted(
        (
            (score, len(table.lines), role, table)
            for table in tables
            for role in _NAMED
            if (score := _score(table, role)) >= 2
        ),
        key=lambda each: (-each[0], -each[1]),
    )
    roles: dict[Role, Table] = {}
    activities: list[Table] = []
    for _, _, role, table in scores:
        if any(table is each for each in (*roles.values(), *activities)):
            continue
        if role == "activities":
            activities.append(table)
        else:
            roles.setdefault(role, table)
    used = {id(table) for table in (*roles.values(), *activities)}
    return Cast(roles, tuple(activities), tuple(table for table in tables if id(table) not in used))


def _score(table: Table, role: Role) -> float:
    words = set(table.words)
    if words & _OTHER or not table.lines:
        return 0.0
    if not all(table.find(*phrases) for phrases in _NEEDED.get(role, ())):
        return 0.0
    named = bool(words & _NAMED[role])
    if named and any(words & _NAMED[other] for other in list(_NAMED)[: list(_NAMED).index(role)]):
        named = False  # “pipeline_stages” are stages, “sales_teams” people
    seen = sum(_has(table, phrase) for phrase in _COLUMNS[role])
    return 4 * named + min(seen, 4) * (1 if named else 0.75)


def _has(table: Table, phrase: str) -> bool:
    column = table.find(phrase)
    return column is not None and set(phrase.split()) <= set(column.words)

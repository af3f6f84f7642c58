"""Read the cells of one of Zoho's rows, so that an odd value spoils its own field alone.

A cell that cannot be read gives nothing, and `unread` names its field and the reason. Numbers and ids may be text, because an
export has nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from math import isfinite
from typing import Any, TypeVar

from store.domain.crm.unread import Unread, Why
from store.domain.text.redaction import visible

Row = Mapping[str, Any]
V = TypeVar("V")

MOST_DIGITS = 19  # of an id
LINE_LIMIT = 1_000  # of a name or a line; Zoho's own are shorter
TEXT_LIMIT = 100_000  # of a text; Zoho's longest
MOST_MONEY = 1e16  # Zoho's numbers have 16 digits
NEVER = datetime(1970, 1, 1, tzinfo=UTC)  # in place of a time that cannot be read
YEARS = range(1900, 2200)  # a date outside is a slip or means “never”, and few calendars reach further
_NUMBER = re.compile(r"[-+]?\d{1,17}(\.\d*)?([eE][-+]?\d{1,2})?")
_NO_TEXT = re.compile("[\0\ud800-\udfff]")  # characters that no database takes


class Cells:
    """`called` gives this organisation's name of a standard field."""

    __slots__ = ("_called", "_row", "_unread")

    def __init__(self, row: Row, *, called: Callable[[str], str] = str) -> None:
        self._row = row
        self._called = called
        self._unread: list[Unread] = []

    @property
    def unread(self) -> tuple[Unread, ...]:
        return tuple(self._unread)

    def spoil(self, name: str, why: Why, *ours: str) -> None:
        """Note that a cell cannot be read, on which these fields of ours rest."""
        self._unread += [Unread(field, self._called(name), why) for field in ours if field not in self._spoiled]

    @property
    def _spoiled(self) -> set[str]:
        return {each.field for each in self._unread}

    def number(self, name: str, ours: str) -> float | None:
        return self._read(name, number_in, Why.NOT_A_NUMBER, ours)

    def day(self, name: str, *ours: str) -> date | None:
        return self._read(name, day_in, Why.NOT_A_DATE, *ours)

    def time(self, name: str, *ours: str) -> datetime | None:
        return self._read(name, time_in, Why.NOT_A_TIME, *ours)

    def must_time(self, name: str, ours: str) -> datetime | None:
        """A time that every record has."""
        found = self.time(name, ours)
        if found is None:
            self.spoil(name, Why.EMPTY, ours)
        return found

    def lookup(self, name: str, *ours: str) -> str | None:
        """A record's id: COQL may give `{"id": …}`, lists give `{"id", "name"}`, and it may be empty."""
        value = self._row.get(name)
        found = value.get("id") if isinstance(value, Mapping) else value
        if found in (None, "") and value in (None, "", {}, {"id": None}):
            return None
        if (known := identifier(found)) is None:
            self.spoil(name, Why.NOT_A_RECORD, *ours)
        return known

    def text(self, name: str, *ours: str, limit: int = TEXT_LIMIT) -> str | None:
        """The text exactly as in the CRM, since an update may put it back one day. None if it is empty."""
        value = self._row.get(name)
        if isinstance(value, int | float) and not isinstance(value, bool):
            value = str(value)
        if value is None:
            return None
        if not isinstance(value, str) or _NO_TEXT.search(value):
            self.spoil(name, Why.NOT_TEXT, *ours)
            return None
        if len(value) > limit:
            self.spoil(name, Why.TOO_LONG, *ours)
        return value[:limit] or None

    def line(self, name: str, *ours: str) -> str | None:
        """A name or line without invisible characters, so that they are never written either. None if nothing is left."""
        value = self._row.get(name)
        if isinstance(value, str):  # characters that no database takes are invisible, too
            if len(value) > LINE_LIMIT:
                self.spoil(name, Why.TOO_LONG, *ours)
            return visible(value, limit=LINE_LIMIT) or None
        found = self.text(name, *ours)
        return visible(found, limit=LINE_LIMIT) or None if found else None

    def must_line(self, name: str, ours: str, *, otherwise: str) -> str:
        """A name that every record has."""
        found = self.line(name, ours)
        if found is None:
            self.spoil(name, Why.EMPTY, ours)
        return found or otherwise

    def _read(self, name: str, value_in: Callable[[object], V | None], why: Why, *ours: str) -> V | None:
        value = self._row.get(name)
        if value in (None, ""):
            return None
        found = value_in(value)
        if found is None:
            self.spoil(name, why, *ours)
        return found


def number_in(value: object) -> float | None:
    """Return the number; None if it is none."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    if isinstance(value, str) and not _NUMBER.fullmatch(value):
        return None
    found = float(value)
    return found if isfinite(found) and abs(found) < MOST_MONEY else None


def day_in(value: object) -> date | None:
    """Return the calendar date; None if it is none."""
    try:
        found = date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return found if found and found.year in YEARS else None


def time_in(value: object) -> datetime | None:
    """Return the time; None if it is none."""
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return in_utc(found) if found and found.year in YEARS else None


def moment(value: str) -> datetime:
    """Convert a Zoho time (with its offset) to UTC. A bare date means its midnight. Raises: ValueError."""
    found = time_in(value)
    if found is None:
        raise ValueError("this is no time")
    return found


def in_utc(parsed: datetime) -> datetime:
    aware = parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)
    return aware.astimezone(UTC).replace(microsecond=0)


def identifier(value: Any) -> str | None:
    """Return an id as text; None if it is none: Zoho's are digits."""
    text = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    return text if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS else None

"""Convert a cell's text to the JSON value of its CRM field."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from integrations.sandbox.history import Json
from integrations.sandbox.imports.sheets import Line
from integrations.sandbox.zoho.fields import DataType, Field


def value_of(field: Field, text: str, *, line: Line, column: str) -> Json:
    """Return the value; None for an empty cell. Raises: BadInput with the place and the expected form."""
    if not text:
        return None
    convert, expected = _CONVERT.get(field.data_type, (str, "text"))
    try:
        return convert(text)
    except ValueError as exc:
        raise line.fault(column, f"“{text}” is not {expected}.") from exc


def day_of(text: str, *, line: Line, column: str) -> date:
    """Raises: BadInput."""
    try:
        return date.fromisoformat(text)
    except ValueError as exc:
        raise line.fault(column, f"“{text}” is not {_DATE}.") from exc


def time_of(text: str, *, line: Line, column: str) -> datetime:
    """Parse a time, in UTC if it has no offset. Raises: BadInput."""
    try:
        return _time(text)
    except ValueError as exc:
        raise line.fault(column, f"“{text}” is not {_TIME}.") from exc


def zone_of(text: str, *, line: Line, column: str | None) -> str:
    """Parse an IANA time zone. Raises: BadInput."""
    try:
        return ZoneInfo(text).key
    except (ZoneInfoNotFoundError, ValueError, OSError) as exc:
        raise line.fault(column, f"“{text}” is not a time zone (such as Europe/Berlin).") from exc


def _time(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _boolean(text: str) -> bool:
    if text.lower() not in ("true", "false"):
        raise ValueError(text)
    return text.lower() == "true"


_DATE = "a date (YYYY-MM-DD)"
_TIME = "a time (YYYY-MM-DD HH:MM:SS, with or without an offset)"
_CONVERT: Mapping[DataType, tuple[Callable[[str], Json], str]] = {
    "integer": (int, "a whole number"),
    "double": (float, "a number"),
    "currency": (float, "a number"),
    "boolean": (_boolean, "true or false"),
    "date": (lambda text: date.fromisoformat(text).isoformat(), _DATE),
    "datetime": (lambda text: _time(text).isoformat(), _TIME),
}

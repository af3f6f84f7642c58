"""Convert a cell's text to the JSON value of its CRM field."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time

from integrations.sandbox.history import Json
from integrations.sandbox.imports import days, numbers
from integrations.sandbox.imports.formats import UNSAID, known_zone
from integrations.sandbox.imports.sheets import Line
from integrations.sandbox.zoho.fields import DataType, Field
from store.domain.text.markup import without_markup

# Many systems have no title for a call or a meeting; the beginning of its note serves, and a long one loses no record.
TITLES = frozenset({"Subject", "Event_Title", "Note_Title"})
_MEASURED = frozenset(("date", "datetime", "integer", "double", "currency"))
_BLANKS = frozenset(("", "-", "--", "–", "—", "n/a", "#n/a", "null", "nan", "none", "(blank)"))
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)
YES = frozenset(
    (
        "true",
        "yes",
        "y",
        "1",
        "active",
        "enabled",
        "on",
        "ja",
        "oui",
        "si",
        "sí",
        "tak",
        "aktiv",
        "aktief",
        "actif",
        "activo",
        "attivo",
        "да",
        "активен",
    )
)
NO = frozenset(
    (
        "false",
        "no",
        "n",
        "0",
        "inactive",
        "disabled",
        "deleted",
        "off",
        "nein",
        "non",
        "nej",
        "nie",
        "inaktiv",
        "inactif",
        "inactivo",
        "inattivo",
        "left",
        "former",
        "gesperrt",
        "нет",
        "неактивен",
    )
)


def value_of(field: Field, text: str, *, line: Line, column: str, hour: int = 12) -> Json:
    """Return the value; None for an empty cell. A day without a time gets the `hour`, if the field wants a time.

    Raises: Fault with the place and the problem.
    """
    if not text or (field.data_type in _MEASURED and is_blank(text)):
        return None
    if field.data_type == "date":
        moment = moment_of(text, line=line, column=column)
        return (moment.date() if isinstance(moment, datetime) else moment).isoformat()
    if field.data_type == "datetime":
        return at_hour(moment_of(text, line=line, column=column), hour).isoformat()
    if field.api_name == "Currency":
        return _currency(text, line, column)
    convert = _CONVERT.get(field.data_type)
    if convert is not None:
        value = convert(text, line, column)
        if isinstance(value, int | float) and value < 0:
            line.check(column, f"“{text}” is negative.", kind="negative")
        return value
    if len(text) > field.length and field.data_type == "textarea":
        return _first_part(field, text, line, column)
    if len(text) > field.length and field.api_name in TITLES:
        return f"{text[: field.length - 1].rstrip()}…"
    if len(text) > field.length:
        raise line.fault(column, f"the text has {len(text):,} characters; {field.label} takes {field.length:,}.")
    return text


def is_blank(text: str) -> bool:
    """Whether a cell for a day or a number has none, however a system writes that."""
    return text.casefold() in _BLANKS


def moment_of(text: str, *, line: Line, column: str) -> date | datetime:
    """Parse a day, or a time in the file's zone unless it names its own. Raises: Fault."""
    if not text:
        raise line.fault(column, "the date is missing.")
    if stamp := days.stamp_of(text):
        line.check(column, f"“{text}” is taken as {stamp:%Y-%m-%d}, a number of days or seconds.", kind="stamp")
        return stamp
    try:
        moment = days.moment_of(text, line.habits.order(column), zone=line.habits.zone)
    except days.Ambiguous as exc:
        first, second = (f"{choice.day} {choice:%B %Y}" for choice in exc.choices)
        problem = f"“{text}” may be {first} or {second}; say `dates`, “DMY” or “MDY”."
        raise line.fault(column, problem) from exc
    except ValueError as exc:
        raise line.fault(column, f"“{text}” is not a date.") from exc
    if not FIRST_DAY.year <= moment.year <= LAST_DAY.year:
        raise line.fault(column, f"“{text}” is not between {FIRST_DAY.year} and {LAST_DAY.year}.")
    if not isinstance(moment, datetime) or moment.tzinfo is not UNSAID:
        return moment
    if moment.time() != time(0):
        sentence = f"“{text}” names no time zone, so it is taken as UTC; say `time_zone` in [format]."
        line.check(column, sentence, kind="zone")
    return moment.replace(tzinfo=UTC)


def at_hour(moment: date | datetime, hour: int) -> datetime:
    """Return a time; that of a day is this hour, UTC."""
    return moment if isinstance(moment, datetime) else datetime.combine(moment, time(hour), tzinfo=UTC)


def number_of(text: str, *, line: Line, column: str) -> float:
    """Raises: Fault."""
    try:
        return numbers.number_of(text, line.habits.decimal(column))
    except numbers.Ambiguous as exc:
        problem = f"“{text}” is one of two numbers; say `decimal`, “.” or “,”."
        raise line.fault(column, problem) from exc
    except ValueError as exc:
        raise line.fault(column, f"“{text}” is not a number.") from exc


def flag_of(text: str, *, line: Line, column: str) -> bool:
    """Parse a yes or no, as people write it. Raises: Fault."""
    if text.lower() not in YES | NO:
        raise line.fault(column, f"“{text}” is neither yes nor no.")
    return text.lower() in YES


def zone_of(text: str, *, line: Line, column: str | None) -> str:
    """Parse an IANA time zone. Raises: Fault."""
    try:
        return known_zone(text)
    except ValueError as exc:
        raise line.fault(column, f"{exc}.") from exc


def _first_part(field: Field, text: str, line: Line, column: str) -> str | None:
    """Return the beginning of a long text as plain text, as much as the field takes; None if it has no words."""
    plain = without_markup(text).strip()
    kept = plain if len(plain) <= field.length else f"{plain[: field.length - 1].rstrip()}…"
    sentence = f"the text has {len(text):,} characters; the first {len(kept):,} of its plain text are kept."
    if not kept:
        sentence = f"the text has {len(text):,} characters, but no words."
    line.check(column, sentence, kind="long" if kept else "wordless")
    return kept or None


def _currency(text: str, line: Line, column: str) -> str:
    code = text.upper()
    if not re.fullmatch("[A-Z]{3}", code):
        raise line.fault(column, f"“{text}” is not the code of a currency (such as EUR).")
    if code not in numbers.CURRENCIES:
        line.check(column, f"“{text}” is not among the codes of currencies.", kind="currency")
    return code


def _integer(text: str, line: Line, column: str) -> int:
    number = number_of(text, line=line, column=column)
    if not number.is_integer():
        raise line.fault(column, f"“{text}” is not a whole number.")
    return int(number)


_CONVERT: Mapping[DataType, Callable[[str, Line, str], Json]] = {
    "integer": _integer,
    "double": lambda text, line, column: number_of(text, line=line, column=column),
    "currency": lambda text, line, column: number_of(text, line=line, column=column),
    "boolean": lambda text, line, column: flag_of(text, line=line, column=column),
}

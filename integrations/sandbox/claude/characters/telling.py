"""Put the results of tools into words: those about the names in the message, ranked as it asks, and nothing else."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from integrations.sandbox.claude.characters.names import names_in
from integrations.sandbox.claude.characters.words import clip, key_words
from integrations.sandbox.claude.prompt import Result

_RANKED = re.compile(
    r"\b(?:top|first|rank(?:ed)?|best|biggest|largest|highest|most|latest|newest|worst|lowest|smallest|least|oldest|earliest|cheapest|priorit\w{1,8})\b",
    re.IGNORECASE,
)
_RISING = re.compile(r"\b(?:lowest|smallest|least|oldest|earliest|cheapest)\b", re.IGNORECASE)
_FALLING = re.compile(r"\b(?:top|best|biggest|largest|highest|most|latest|newest|worst)\b", re.IGNORECASE)
_COUNT = re.compile(r"\b(?:top|first|best|biggest|largest) (\d{1,2})\b", re.IGNORECASE)
_NAMED = ("name", "title", "subject", "label", "id")
_WEIGHTY = (
    "priority", "score", "amount", "value", "price", "total", "size", "count", "date", "closing_date", "due", "at",
)  # fmt: skip
_SHOWN, _LENGTH = 5, 1_000


def told(message: str, results: Sequence[Result]) -> str:
    """Return an answer to this message from the results."""
    failed = [f"{each.tool} failed: {clip(each.text, 200)}" for each in results if each.is_error]
    good = [each for each in results if not each.is_error]
    named = _names_left(message, good)
    parts = [part for each in good if (part := _part(message, each, named, alone=len(good) == 1))]
    said = "\n".join([*parts, *failed])
    return clip(said, _LENGTH) if said else f"I found nothing about {_asked_about(message)}."


def _part(message: str, result: Result, named: Sequence[str], *, alone: bool) -> str:
    """`named` are those whom the message names and no tool was asked about."""
    value = _read(result.text)
    rows = _rows(value)
    if rows is None:
        if len(named) == len(names_in(message)) and not _mentions(value, named):
            return ""
        said = _object(value, message) if isinstance(value, Mapping) else str(value).strip()
        subject = next((each for each in result.arguments.values() if isinstance(each, str)), "")
        return said if alone or not subject or subject.casefold() in said.casefold() else f"{subject}: {said}"
    rows = [row for row in rows if _mentions(row, named)]
    if _RANKED.search(message):
        rows = _ranked(rows, message)
    count = int(found[1]) if (found := _COUNT.search(message)) else _SHOWN
    lines = [_row(each) for each in rows[:count]]
    more = len(rows) - len(lines)
    if len(lines) > 1:
        lines = [f"{number}. {line}" for number, line in enumerate(lines, start=1)]
    return "\n".join([*lines, *([f"and {more} more."] if more > 0 and not found else [])])


def _read(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def _rows(value: Any) -> list[Mapping[str, Any]] | None:
    """Return the records of a list, or of the one list in an object; None if there is none."""
    if isinstance(value, Mapping):
        value = next(
            (each for each in value.values() if isinstance(each, list) and each and isinstance(each[0], Mapping)), None
        )
    if isinstance(value, list) and all(isinstance(each, Mapping) for each in value):
        return value
    return None


def _names_left(message: str, results: Sequence[Result]) -> list[str]:
    """Return whom the message names, without those whom a tool was asked about, which its answer need not name, and without
    the tools' own words."""
    asked = " ".join(
        f"{each.tool} {json.dumps(each.arguments, ensure_ascii=False, default=str)}" for each in results
    ).casefold()
    return [each for name in names_in(message) if (each := name.casefold()) not in asked and each != "claude"]


def _mentions(row: Any, named: Sequence[str]) -> bool:
    """Whether a result is about one of those named; any is if no one is."""
    said = json.dumps(row, ensure_ascii=False, default=str).casefold()
    return not named or any(each in said for each in named)


def _ranked(rows: Sequence[Mapping[str, Any]], message: str) -> list[Mapping[str, Any]]:
    """Order by the field that the message names, else by the weightiest one; records without it come last."""
    fields = [key for key in dict.fromkeys(key for row in rows for key in row) if _orderable(key, rows)]
    words = key_words(message)
    asked = [key for key in fields if key_words(key.replace("_", " ")) & words]
    field = next(iter([*asked, *(key for key in _WEIGHTY if key in fields), *fields]), None)
    if field is None:
        return list(rows)
    having = [row for row in rows if row.get(field) is not None]
    of_days = isinstance(having[0][field], str)  # the earliest day is the next one
    rising = _RISING.search(message) or (of_days and not _FALLING.search(message))
    having.sort(key=lambda row: row[field], reverse=not rising)
    return [*having, *(row for row in rows if row.get(field) is None)]


def _orderable(key: str, rows: Sequence[Mapping[str, Any]]) -> bool:
    values = [row[key] for row in rows if row.get(key) is not None]
    numbers = all(isinstance(each, int | float) and not isinstance(each, bool) for each in values)
    dates = all(isinstance(each, str) and re.match(r"\d{4}-\d\d-\d\d", each) for each in values)
    return bool(values) and key != "id" and (numbers or dates)


def _row(row: Mapping[str, Any]) -> str:
    head = next((str(row[key]) for key in _NAMED if row.get(key)), "")
    rest = [
        f"{key.replace('_', ' ')} {_plain(each)}"
        for key, each in row.items()
        if key not in _NAMED and isinstance(each, str | int | float) and each != ""
    ]
    return clip(f"{head}: {', '.join(rest[:4])}" if head and rest else head or ", ".join(rest[:4]), 300)


def _object(value: Mapping[str, Any], message: str) -> str:
    """Return the fields that the message names, else all plain ones."""
    plain = {key: each for key, each in value.items() if isinstance(each, str | int | float) and each != ""}
    words = key_words(message)
    asked = {key: each for key, each in plain.items() if key_words(key.replace("_", " ")) & words}
    told = [f"{key.replace('_', ' ')}: {_plain(each)}" for key, each in (asked or plain).items()]
    return ", ".join(told[:8]) or json.dumps(value, ensure_ascii=False)[:300]


def _plain(value: object) -> str:
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


def _asked_about(message: str) -> str:
    return " and ".join(names_in(message)[:3]) or "that"

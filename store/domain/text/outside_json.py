"""Read JSON that someone outside wrote: a request, a notification, an answer, a file.

Python's own reader takes more than JSON (`NaN`, UTF-16, a name given twice) and gives back values that no database, log or
signature can carry. Everything that comes from outside passes through here instead, and fails in one way. RFC 8259, RFC 7493.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from typing import Any, NoReturn

DEPTH = 64
MOST = 1 << 20  # bytes of a request
MOST_OF_AN_ANSWER = 64 << 20  # of an answer from a service that we asked
_LARGEST = 1 << 63  # whole numbers beyond this fit no database column


class NotJson(ValueError):
    """One sentence about what is wrong, without any of the text."""


def read_json(raw: bytes | str, *, most: int = MOST, cells: bool = False) -> Any:
    """The value of a text of at most `most` bytes (characters of a `str`).

    `cells` admits odd texts and numbers, for a reader that checks each cell itself: one bad cell must not lose the others.
    Raises: NotJson for anything that isn't UTF-8 and JSON, names given twice, `NaN` and infinities, whole numbers beyond 64
    bits, more than 64 levels, and texts that no database stores.
    """
    if len(raw) > most:
        raise NotJson("It is too large.")
    text = _decoded(raw)
    numbers: dict[str, Any] = {"parse_constant": _constant, "parse_float": _float, "parse_int": _int}
    try:
        value = json.loads(text, object_pairs_hook=_object, **({} if cells else numbers))
    except RecursionError as exc:
        raise NotJson("It is nested too deeply.") from exc
    except NotJson:
        raise
    except ValueError as exc:
        raise NotJson("It isn't JSON.") from exc
    _check_depth(value)
    if not cells:
        _check_texts(text, value)
    return value


def read_object(raw: bytes | str, *, most: int = MOST, cells: bool = False) -> dict[str, Any]:
    """The object in a text. Raises: NotJson, also for any other value."""
    value = read_json(raw, most=most, cells=cells)
    if not isinstance(value, dict):
        raise NotJson("It isn't an object.")
    return value


def check_text(text: str) -> None:
    """Raises: NotJson for a text that no database stores."""
    try:
        stored = text.encode("utf-8", errors="strict")
    except UnicodeError as exc:
        raise NotJson("A text has half a character.") from exc
    if b"\0" in stored:
        raise NotJson("A text has a null character.")


def _decoded(raw: bytes | str) -> str:
    try:
        return raw if isinstance(raw, str) else raw.decode("utf-8", errors="strict")
    except UnicodeError as exc:
        raise NotJson("It isn't UTF-8.") from exc


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise NotJson("A name occurs twice.")
    return made


def _constant(_name: str) -> NoReturn:
    raise NotJson("It has a number that isn't one.")


def _float(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):
        raise NotJson("A number is too large.")
    return value


def _int(digits: str) -> int:
    value = int(digits) if len(digits) <= 20 else _LARGEST
    if not -_LARGEST <= value < _LARGEST:
        raise NotJson("A number is too large.")
    return value


def _check_depth(value: Any) -> None:
    """Level by level, so that depth costs no stack."""
    level = [value]
    for _ in range(DEPTH):
        level = [inner for outer in level for inner in _values(outer) if isinstance(inner, (dict, list))]
        if not level:
            return
    raise NotJson("It is nested too deeply.")


def _check_texts(text: str, value: Any) -> None:
    check_text(text)
    left = [value] if "\\u" in text else []  # only an escape can still hide such a character
    while left:
        each = left.pop()
        if isinstance(each, str):
            check_text(each)
        elif isinstance(each, dict):
            left.extend(each)
        left.extend(_values(each))


def _values(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        yield from value.values()
    elif isinstance(value, list):
        yield from value

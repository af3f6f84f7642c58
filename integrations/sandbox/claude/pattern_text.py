"""The shortest plain text that a pattern of a JSON Schema matches.

Python reads the pattern: nearly all patterns of schemas mean the same in both languages. Look-arounds are not followed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from re import _parser as parser  # type: ignore[attr-defined]  # there is no public way to read a pattern
from typing import Any

_OF_CATEGORY = {"CATEGORY_DIGIT": "0", "CATEGORY_SPACE": " ", "CATEGORY_WORD": "a", "CATEGORY_NOT_SPACE": "a"}
_TRIED = "a0 -_.,:A/@#"
_MOST = 1000  # repeats


def text_for(pattern: str, *, least: int = 0) -> str:
    """Return a text of at least `least` characters if repeats allow that; "" for a pattern that Python can't read."""
    try:
        parsed = parser.parse(pattern)
    except (re.error, RecursionError, OverflowError):
        return ""
    shortest = _told(parsed, {}, 0)
    missing = least - len(shortest)
    return shortest if missing <= 0 else _told(parsed, {}, min(missing, _MOST))


def _told(parsed: Any, groups: dict[int, str], more: int) -> str:
    """`more` are the repeats to add, where a repeat has no limit or a higher one."""
    text = ""
    for code, value in parsed:
        kind = str(code)
        if kind == "LITERAL":
            text += chr(value)
        elif kind in ("ANY", "NOT_LITERAL"):
            text += "a" if kind == "ANY" or value != ord("a") else "b"
        elif kind == "IN":
            text += _member(value)
        elif kind == "CATEGORY":
            text += _OF_CATEGORY.get(str(value), "a")
        elif kind == "BRANCH":
            text += _told(value[1][0], groups, more)
        elif kind in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
            low, high, inner = value
            text += _told(inner, groups, 0) * min(int(low) + more, int(high), _MOST)
            more = 0 if int(high) > int(low) else more
        elif kind == "SUBPATTERN":
            groups[value[0]] = _told(value[3], groups, more)
            text += groups[value[0]]
        elif kind == "ATOMIC_GROUP":
            text += _told(value, groups, more)
        elif kind == "GROUPREF":
            text += groups.get(value, "")
    return text


def _member(options: Any) -> str:
    """Return a character of a class."""
    if str(options[0][0]) == "NEGATE":
        return next((each for each in _TRIED if not any(_has(one, each) for one in options[1:])), "~")
    kind, value = str(options[0][0]), options[0][1]
    if kind == "LITERAL":
        return chr(value)
    return chr(value[0]) if kind == "RANGE" else _OF_CATEGORY.get(str(value), "-")


def _has(option: Any, character: str) -> bool:
    kind, value = str(option[0]), option[1]
    if kind == "LITERAL":
        return bool(value == ord(character))
    if kind == "RANGE":
        return bool(value[0] <= ord(character) <= value[1])
    named: Mapping[str, Callable[[str], bool]] = {
        "CATEGORY_DIGIT": str.isdigit,
        "CATEGORY_SPACE": str.isspace,
        "CATEGORY_WORD": lambda one: one.isalnum() or one == "_",
    }
    check = named.get(str(value))
    return bool(check(character)) if check else True

"""What a setting takes, in words: `a whole number from 1 to 20`."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any, Literal, get_args, get_origin

SHOWN = 20  # characters: tokens and keys are longer, and one pasted into the wrong variable is never shown


def takes(annotation: object, metadata: Sequence[Any] = ()) -> str:
    """What a value of this type and range is; "" for other text, whose own check says what is wrong."""
    if get_origin(annotation) is Literal:
        *others, last = map(str, get_args(annotation))
        return f"{', '.join(others)} or {last}"
    if annotation is bool:
        return "true or false"
    if annotation is datetime.time:
        return "a time of day"
    if annotation is str:
        return _length(metadata)
    noun = {int: "a whole number", float: "a number"}.get(annotation) if isinstance(annotation, type) else None
    return f"{noun} {span}" if noun and (span := _span(metadata)) else noun or ""


def must_be(what: str, *, default: object, given: object) -> str:
    """`must be a whole number from 1 to 20, such as 5; it is “five”.` Long values are left out."""
    such = "" if " or " in what or default == "" else f", such as {_example(default)}"
    text = str(given)
    said = f"; it is “{text}”" if 0 < len(text) <= SHOWN and text.isprintable() else "; it is empty" if not text else ""
    return f"must be {what}{such}{said}."


def _example(default: object) -> str:
    if isinstance(default, datetime.time):
        return f"{default:%H:%M}"
    return f"{default:g}" if isinstance(default, float) else str(default)


def _length(metadata: Sequence[Any]) -> str:
    """`text of at most 4 characters`; "" without limits."""
    longest = next((each.max_length for each in metadata if hasattr(each, "max_length")), None)
    if longest is not None:
        return f"text of at most {longest} characters"
    return "text" if any(hasattr(each, "min_length") for each in metadata) else ""


def _span(metadata: Sequence[Any]) -> str:
    """`from 1 to 20`, `of at least 1`, `above 0`; "" without limits."""
    limits = {name: getattr(each, name) for each in metadata for name in ("ge", "gt", "le") if hasattr(each, name)}
    if "ge" in limits and "le" in limits:
        return f"from {limits['ge']} to {limits['le']}"
    if "ge" in limits:
        return f"of at least {limits['ge']}"
    return f"above {limits['gt']}" if "gt" in limits else ""

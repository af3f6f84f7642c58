"""Building blocks for the rules about Block Kit's shapes.

A rule takes a value and its JSON pointer, and yields one line for each thing Slack would refuse.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

Rule = Callable[[Any, str], Iterator[str]]


def problem(message: str, at: str) -> str:
    """One line of `response_metadata.messages`."""
    return f"[ERROR] {message} [json-pointer:{at}]"


def string(*, at_most: int, at_least: int = 1, pattern: str | None = None) -> Rule:
    def check(value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, str):
            yield problem("must be a string", at)
        elif len(value) < at_least:
            yield problem(f"must be more than {at_least - 1} characters", at)
        elif len(value) > at_most:
            yield problem(f"must be less than {at_most + 1} characters", at)
        elif pattern and not re.fullmatch(pattern, value):
            yield problem(f"does not match pattern {pattern}", at)

    return check


def boolean(value: Any, at: str) -> Iterator[str]:
    if not isinstance(value, bool):
        yield problem("must be a boolean", at)


def whole(*, low: int, high: int) -> Rule:
    def check(value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, int) or isinstance(value, bool):
            yield problem("must be an integer", at)
        elif not low <= value <= high:
            yield problem(f"must be between {low} and {high}", at)

    return check


def number(value: Any, at: str) -> Iterator[str]:
    if not isinstance(value, int | float) or isinstance(value, bool):
        yield problem("must be a number", at)


def one_of(*allowed: str) -> Rule:
    def check(value: Any, at: str) -> Iterator[str]:
        if value not in allowed:
            yield problem(f"must be a valid enum value, one of: {', '.join(allowed)}", at)

    return check


def items(rule: Rule, *, at_most: int, at_least: int = 1) -> Rule:
    def check(value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, list):
            yield problem("must provide an array", at)
            return
        if len(value) < at_least:
            yield problem(f"no less than {at_least} items allowed", at)
        if len(value) > at_most:
            yield problem(f"no more than {at_most} items allowed", at)
        for index, item in enumerate(value):
            yield from rule(item, f"{at}/{index}")

    return check


def shape(
    required: Mapping[str, Rule], optional: Mapping[str, Rule] | None = None, *, also: Rule | None = None
) -> Rule:
    """An object with the required keys, and no others except the optional ones. `also` checks the whole object."""
    known = {**required, **(optional or {})}

    def check(value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield problem("must provide an object", at)
            return
        for key in required:
            if key not in value:
                yield problem(f"missing required field: {key}", at)
        for key, inner in value.items():
            if key not in known:
                yield problem(f"invalid additional property: {key}", at)
            else:
                yield from known[key](inner, f"{at}/{key}")
        if also:
            yield from also(value, at)

    return check


def by_type(shapes: Mapping[str, Rule]) -> Rule:
    """An object whose `type` selects its shape."""

    def check(value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield problem("must provide an object", at)
        elif "type" not in value:
            yield problem("missing required field: type", at)
        elif not isinstance(value["type"], str) or value["type"] not in shapes:
            yield problem(f"unsupported type: {value['type']}", f"{at}/type")
        else:
            yield from shapes[value["type"]](value, at)

    return check


def anything(value: Any, at: str) -> Iterator[str]:
    """Accept every value: for keys that another rule checks."""
    yield from ()

"""Block Kit's composition objects: text, options, confirmation dialogs.

Source: https://docs.slack.dev/reference/block-kit/composition-objects
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from integrations.sandbox.slack.blockkit.rules import (
    Rule,
    anything,
    boolean,
    by_type,
    items,
    one_of,
    problem,
    shape,
    string,
)

NAME = string(at_most=255)  # block_id, action_id, callback_id, external_id
URL = string(at_most=3000, pattern=r"(https?|mailto|slack):\S+")


def plain(at_most: int) -> Rule:
    """A text object that must be plain text."""
    return by_type({"plain_text": _plain(at_most)})


def text(at_most: int) -> Rule:
    """A text object, plain or mrkdwn."""
    return by_type({"plain_text": _plain(at_most), "mrkdwn": _mrkdwn(at_most)})


def option(*, label: Rule | None = None, with_url: bool = False) -> Rule:
    more: dict[str, Rule] = {"description": label or plain(75)}
    if with_url:
        more["url"] = URL
    return shape({"text": label or plain(75), "value": string(at_most=150)}, more)


def options(*, at_most: int, label: Rule | None = None, with_url: bool = False) -> Rule:
    """A list of options whose values differ."""
    listed = items(option(label=label, with_url=with_url), at_most=at_most)

    def check(value: Any, at: str) -> Iterator[str]:
        yield from listed(value, at)
        yield from _repeated_values(value, at)

    return check


def option_groups() -> Rule:
    return items(shape({"label": plain(75), "options": options(at_most=100)}), at_most=100)


def _plain(at_most: int) -> Rule:
    return shape({"type": anything, "text": string(at_most=at_most)}, {"emoji": boolean})


def _mrkdwn(at_most: int) -> Rule:
    return shape({"type": anything, "text": string(at_most=at_most)}, {"verbatim": boolean})


def _repeated_values(value: Any, at: str) -> Iterator[str]:
    seen: set[str] = set()
    for index, each in enumerate(value if isinstance(value, list) else []):
        key = each.get("value") if isinstance(each, dict) else None
        if isinstance(key, str) and key in seen:
            yield problem(f"duplicate option value: {key}", f"{at}/{index}/value")
        elif isinstance(key, str):
            seen.add(key)


CONFIRM = shape(
    {"title": plain(100), "text": text(300), "confirm": plain(30), "deny": plain(30)},
    {"style": one_of("primary", "danger")},
)

"""Block Kit's classic blocks, which every surface accepts, and the markdown block of messages.

Source: https://docs.slack.dev/reference/block-kit/blocks
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from integrations.sandbox.slack.blockkit.elements import IMAGE, IN_ACTIONS, IN_INPUT, IN_SECTION, exactly_one
from integrations.sandbox.slack.blockkit.objects import NAME, URL, plain, text
from integrations.sandbox.slack.blockkit.rich_text import RICH_TEXT
from integrations.sandbox.slack.blockkit.rules import Rule, anything, boolean, by_type, items, problem, shape, string

MARKDOWN_LIMIT = 12_000


def _says_something(value: Mapping[str, Any], at: str) -> Iterator[str]:
    if "text" not in value and "fields" not in value:
        yield problem("missing required field: text or fields", at)


def unique_action_ids(value: Mapping[str, Any], at: str, *, key: str = "elements") -> Iterator[str]:
    """An action_id is unique within its block; other blocks may use the same one."""
    seen: set[str] = set()
    elements = value.get(key)
    for index, element in enumerate(elements if isinstance(elements, list) else []):
        name = element.get("action_id") if isinstance(element, dict) else None
        if isinstance(name, str) and name in seen:
            yield problem(f"`action_id` {name} already exists for another element", f"{at}/{key}/{index}/action_id")
        elif isinstance(name, str):
            seen.add(name)


SECTION = shape(
    {"type": anything},
    {
        "block_id": NAME,
        "text": text(3000),
        "fields": items(text(2000), at_most=10),
        "accessory": IN_SECTION,
        "expand": boolean,
    },
    also=_says_something,
)
CONTEXT = shape(
    {
        "type": anything,
        "elements": items(by_type({"plain_text": text(3000), "mrkdwn": text(3000), "image": IMAGE}), at_most=10),
    },
    {"block_id": NAME},
)
ACTIONS = shape(
    {"type": anything, "elements": items(IN_ACTIONS, at_most=25)}, {"block_id": NAME}, also=unique_action_ids
)
INPUT = shape(
    {"type": anything, "label": plain(2000), "element": IN_INPUT},
    {"block_id": NAME, "hint": plain(2000), "optional": boolean, "dispatch_action": boolean},
)
IMAGE_BLOCK = shape(
    {"type": anything, "alt_text": string(at_most=2000)},
    {"block_id": NAME, "title": plain(2000), "image_url": URL, "slack_file": anything},
    also=lambda value, at: exactly_one(value, at, "image_url", "slack_file"),
)

EVERYWHERE: Mapping[str, Rule] = {
    "section": SECTION,
    "header": shape({"type": anything, "text": plain(150)}, {"block_id": NAME}),
    "divider": shape({"type": anything}, {"block_id": NAME}),
    "context": CONTEXT,
    "actions": ACTIONS,
    "input": INPUT,
    "image": IMAGE_BLOCK,
    "rich_text": RICH_TEXT,
}
MARKDOWN = shape({"type": anything, "text": string(at_most=MARKDOWN_LIMIT)}, {"block_id": NAME})

"""The blocks of 2026 that group others or stand out: container, card, carousel, alert, context_actions.

Sources: https://docs.slack.dev/reference/block-kit/blocks (container-block, card-block, carousel-block, alert-block,
context-actions-block). Slack's pages name no Home tab for them, so the Home refuses them here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from integrations.sandbox.slack.blockkit.blocks import EVERYWHERE, unique_action_ids
from integrations.sandbox.slack.blockkit.elements import BUTTON, FEEDBACK_BUTTONS, ICON_BUTTON, IMAGE
from integrations.sandbox.slack.blockkit.objects import NAME, plain, text
from integrations.sandbox.slack.blockkit.rich_text import RICH_TEXT
from integrations.sandbox.slack.blockkit.rules import Rule, anything, boolean, by_type, items, one_of, problem, shape
from integrations.sandbox.slack.blockkit.tables import TABLE

ICON = by_type({"image": IMAGE})
# Slack's reference also names file and video, which this sandbox doesn't know.
CHILDREN: Mapping[str, Rule] = {
    **{kind: EVERYWHERE[kind] for kind in ("actions", "context", "divider", "header", "image", "input", "section")},
    "rich_text": RICH_TEXT,
    "table": TABLE,
}


def _titled_and_collapsible(value: Mapping[str, Any], at: str) -> Iterator[str]:
    if "title" not in value and "rich_text_title" not in value:
        yield problem("missing required field: title or rich_text_title", at)
    if value.get("default_collapsed") is True and value.get("is_collapsible") is not True:
        yield problem("default_collapsed requires is_collapsible to be true", f"{at}/default_collapsed")
    if value.get("has_header_divider") is True and value.get("is_collapsible") is True:
        yield problem("has_header_divider cannot be set when is_collapsible is true", f"{at}/has_header_divider")


CONTAINER = shape(
    {"type": anything, "child_blocks": items(by_type(CHILDREN), at_most=10)},
    {
        "block_id": NAME,
        "title": plain(150),
        "rich_text_title": by_type({"rich_text": RICH_TEXT}),
        "subtitle": text(150),
        "width": one_of("narrow", "standard", "wide", "full"),
        "icon": ICON,
        "is_collapsible": boolean,
        "default_collapsed": boolean,
        "has_header_divider": boolean,
    },
    also=_titled_and_collapsible,
)


def _shows_something(value: Mapping[str, Any], at: str) -> Iterator[str]:
    if not any(key in value for key in ("hero_image", "title", "actions", "body")):
        yield problem("must define at least one of: hero_image, title, actions, body", at)
    yield from unique_action_ids(value, at, key="actions")


CARD = shape(
    {"type": anything},
    {
        "block_id": NAME,
        "hero_image": ICON,
        "icon": ICON,
        "title": text(150),
        "subtitle": text(150),
        "body": text(200),
        "actions": items(by_type({"button": BUTTON}), at_most=3),
    },
    also=_shows_something,
)
CAROUSEL = shape({"type": anything, "elements": items(by_type({"card": CARD}), at_most=10)}, {"block_id": NAME})
ALERT = shape(
    {"type": anything, "text": text(200)},
    {"block_id": NAME, "level": one_of("default", "info", "warning", "error", "success")},
)
CONTEXT_ACTIONS = shape(
    {
        "type": anything,
        "elements": items(by_type({"feedback_buttons": FEEDBACK_BUTTONS, "icon_button": ICON_BUTTON}), at_most=5),
    },
    {"block_id": NAME},
    also=unique_action_ids,
)

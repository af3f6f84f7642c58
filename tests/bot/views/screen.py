"""A message as its reader meets it: its texts, what can be pressed, and how many words it takes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from bot.views.blocks import Block, Part

_LINK = re.compile(r"<[^<>|]*\|([^<>]*)>")


def texts_in(blocks: Sequence[Block]) -> Iterator[str]:
    """Every text from top to bottom, collapsed ones too, without buttons."""
    for block in blocks:
        if block["type"] == "container":
            yield block["title"]["text"]
            yield from texts_in(block["child_blocks"])
        elif block["type"] == "context":
            yield from (each["text"] for each in block["elements"])
        elif "text" in block:
            yield block["text"]["text"]


def words(part: Part) -> str:
    """All texts of a message, one a line, with links as Slack receives them."""
    return "\n".join(texts_in(part.blocks))


def read(blocks: Sequence[Block]) -> str:
    """The same as a person reads it: the labels of links alone."""
    return _LINK.sub(r"\1", "\n".join(texts_in(blocks)))


def word_count(blocks: Sequence[Block]) -> int:
    return len(read(blocks).split())


def elements(blocks: Sequence[Block]) -> Iterator[dict[str, Any]]:
    """All buttons and menus, in order."""
    for block in blocks:
        yield from elements(block.get("child_blocks", []))
        yield from block["elements"] if block["type"] == "actions" else ()
        if "accessory" in block:
            yield block["accessory"]


def pressable(part: Part) -> list[tuple[str, str]]:
    """(action id, value) of every button, and of a menu with the value of its first choice."""
    return [
        (each["action_id"], each["value"] if "value" in each else each["options"][0]["value"])
        for each in elements(part.blocks)
    ]


def labels(blocks: Sequence[Block]) -> list[str]:
    return [(each.get("text") or each["placeholder"])["text"] for each in elements(blocks)]


def block_ids(blocks: Sequence[Block]) -> list[str]:
    return [each["block_id"] for each in blocks if "block_id" in each]

"""Count and limit words as a person reads them: the labels of links, not their addresses."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from bot.views.blocks import Block
from bot.views.text import ELLIPSIS

_LINK = re.compile(r"<[^<>|]*\|([^<>]*)>")
_LONGEST = 40  # characters of one word that counts once


def count(text: str) -> int:
    """The words of some mrkdwn. An endless word counts as many."""
    return sum(1 + len(word) // _LONGEST for word in _LINK.sub(r"\1", text).split())


def first_words(text: str, most: int) -> str:
    """The text, or its first `most` words and an ellipsis. Escapes of mrkdwn stay whole."""
    words = text.split()
    return text if len(words) <= most else " ".join(words[:most]).rstrip(".,:") + ELLIPSIS


def in_blocks(blocks: Iterable[Block]) -> int:
    """The words of some blocks, with those on buttons and in collapsed containers, but without lone marks."""
    return sum(_in_block(block) for block in blocks)


def _in_block(block: Block) -> int:
    if "child_blocks" in block:
        return _spoken(block["title"]["text"]) + in_blocks(block["child_blocks"])
    return sum(_spoken(each["text"]) for each in _texts(block))


def _spoken(text: str) -> int:
    words = _LINK.sub(r"\1", text).split()
    return count(" ".join(word for word in words if any(map(str.isalnum, word))))


def _texts(block: Block) -> Iterator[dict[str, Any]]:
    if "text" in block:
        yield block["text"]
    for element in (*block.get("elements", ()), *([block["accessory"]] if "accessory" in block else ())):
        shown = element.get("placeholder") or element.get("text")
        if shown:
            yield shown if isinstance(shown, dict) else element

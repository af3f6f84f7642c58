"""A message's blocks in words alone: its notification, and all of it for a client that can't draw its blocks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bot.views.blocks import Block
from bot.views.text import fit

_LIMIT = 3_900  # characters; chat.update takes 4,000


def in_words(blocks: Iterable[Block]) -> str:
    """Each text on a line of its own, without buttons, as mrkdwn."""
    return "\n".join(fit([line for block in blocks for line in _lines(block)], limit=_LIMIT))


def _lines(block: Block) -> Iterator[str]:
    if "child_blocks" in block:
        yield f"{_escaped(block['title'])}:"
        for child in block["child_blocks"]:
            yield from _lines(child)
    elif block["type"] in ("section", "header"):
        yield from _escaped(block["text"]).split("\n")
    elif block["type"] == "context":
        for element in block["elements"]:
            yield from _escaped(element).split("\n")


def _escaped(text: Block) -> str:
    said = str(text["text"])
    return said if text["type"] == "mrkdwn" else said.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")

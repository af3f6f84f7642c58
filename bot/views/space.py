"""Keep a message within its budget: texts appear in full if they fit, and are shortened together if not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from bot.views.blocks import Block
from bot.views.reader import Reader

# Slack refuses messages of about 13,200 characters, which its documentation doesn't mention. Stay well below.
MESSAGE_CHARACTERS = 10_000
_SPACES = (1.0, 0.7, 0.5, 0.35, 0.2, 0.1)


def fitting(make: Callable[[Reader], list[Block]], reader: Reader, *, budget: int) -> list[Block]:
    """Render `make` with as much space for its texts as `budget`, in characters, allows."""
    for space in _SPACES:
        blocks = make(replace(reader, space=space))
        if characters(blocks) <= budget:
            break
    return blocks


def characters(value: Block | Sequence[Block]) -> int:
    """The number of characters in all texts of some blocks, and of the blocks inside them."""
    if isinstance(value, dict):
        return sum(len(each) if isinstance(each, str) else characters(each) for each in _texts(value))
    return sum(characters(each) for each in value)


def _texts(block: Block) -> list[Any]:
    """A block's texts, and its parts that contain more of them."""
    return [each for key, each in block.items() if key == "text" or isinstance(each, dict | list)]

"""Keeping a message within its budget: texts are shown in full where there is room, and shortened together where not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from bot.views.blocks import Block
from bot.views.reader import Reader

# Slack refuses messages of about 13,200 characters in all, which its documentation does not say: well below that.
MESSAGE_CHARACTERS = 10_000
_SPACES = (1.0, 0.7, 0.5, 0.35, 0.2, 0.1)


def fitting(make: Callable[[Reader], list[Block]], reader: Reader, *, budget: int) -> list[Block]:
    """What `make` renders with as much space for its texts as `budget`, in characters, allows."""
    for space in _SPACES:
        blocks = make(replace(reader, space=space))
        if characters(blocks) <= budget:
            break
    return blocks


def characters(value: Block | Sequence[Block]) -> int:
    """The characters of all texts in some blocks."""
    if isinstance(value, dict):
        return sum(len(each) if isinstance(each, str) else characters(each) for each in _texts(value))
    return sum(characters(each) for each in value)


def _texts(block: Block) -> list[Any]:
    """The texts in a block, and the parts of it that hold further ones."""
    return [each for key, each in block.items() if key == "text" or isinstance(each, dict | list)]

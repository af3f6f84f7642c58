"""Keep a message within its budget: texts appear in full if they fit, and are shortened together if not."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from bot.views.blocks import Block
from bot.views.reader import Reader

# Slack refuses messages of about 13,200 characters, which its documentation doesn't mention. Stay well below.
MESSAGE_CHARACTERS = 10_000
PAGE = 2_900  # characters of a section, below Slack's 3,000
_PIECE = re.compile(r"&\w{1,6};|.", re.DOTALL)  # an escape is never torn apart
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


def pages(lines: Iterable[str]) -> list[str]:
    """Lines of mrkdwn as texts of at most PAGE characters. Nothing is lost: a longer line goes on in the next text."""
    made: list[str] = []
    for piece in (piece for line in lines for piece in _pieces(line)):
        if made and len(made[-1]) + 1 + len(piece) <= PAGE:
            made[-1] += f"\n{piece}"
        else:
            made.append(piece)
    return [page for page in made if page.strip()]


def _pieces(line: str) -> Iterator[str]:
    if len(line) <= PAGE:
        yield line
        return
    kept: list[str] = []
    size = 0
    for piece in _PIECE.findall(line):
        if size + len(piece) > PAGE:
            yield "".join(kept)
            kept, size = [], 0
        kept.append(piece)
        size += len(piece)
    yield "".join(kept)

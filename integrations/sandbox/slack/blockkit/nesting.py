"""Blocks that contain blocks: a container has child blocks, a carousel has cards."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

_INSIDE = {"container": "child_blocks", "carousel": "elements"}


def placed(blocks: Any, at: str = "/blocks") -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every block, and after it the blocks inside it, each with its JSON pointer. Skips what isn't a block."""
    for index, block in enumerate(blocks if isinstance(blocks, list) else []):
        if isinstance(block, dict):
            yield f"{at}/{index}", block
            if inside := _inside(block):
                yield from placed(block.get(inside), f"{at}/{index}/{inside}")


def every_block(blocks: Any) -> Iterator[dict[str, Any]]:
    """Yield every block, and after it the blocks inside it."""
    return (block for _, block in placed(blocks))


def elements_of(block: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the elements of a block itself, without those of the blocks inside it."""
    if block.get("type") == "rich_text" or _inside(block):
        return []
    listed = [block.get("element"), block.get("accessory"), *_list(block.get("elements")), *_list(block.get("actions"))]
    return [each for each in listed if isinstance(each, dict)]


def _inside(block: Mapping[str, Any]) -> str | None:
    kind = block.get("type")
    return _INSIDE.get(kind) if isinstance(kind, str) else None


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []

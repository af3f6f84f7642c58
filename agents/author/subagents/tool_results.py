"""Read an agent's tool results back out of their marked blocks, to check its citations against their records.

The first look-ups are the same every time, so code makes them for the agent and saves a round trip to the model.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from agents.model.question import Block, Used, used_tool
from agents.model.toolbox import Toolbox

_HEAD = re.compile(r"^<data-(?P<mark>[0-9a-f]{1,64}) [^\n]*>\n", re.MULTILINE)


async def looked_up(tools: Toolbox, wanted: Mapping[str, Mapping[str, Any]]) -> tuple[list[Used], list[Block]]:
    """The results of these tools, as uses of the agent and as data for its prompt. Failed look-ups are left out.

    Raises: ToolsChanged.
    """
    used = list(await asyncio.gather(*(used_tool(tools, name, arguments) for name, arguments in wanted.items())))
    return used, [Block(each.tool, value) for each, value in told(used)]


def told(used: Iterable[Used]) -> Iterator[tuple[Used, Any]]:
    """Each successful use with its value. A truncated result has none."""
    for each in used:
        head = None if each.is_error else _HEAD.search(each.text)
        if head is None or (end := each.text.rfind(f"\n</data-{head['mark']}>", head.end())) < 0:
            continue
        try:
            yield each, json.loads(each.text[head.end() : end])
        except (ValueError, RecursionError):
            continue


def objects(value: Any) -> Iterator[Mapping[str, Any]]:
    """Every object in a value, outermost first."""
    if isinstance(value, Mapping):
        yield value
        for each in value.values():
            yield from objects(each)
    elif isinstance(value, list):
        for each in value:
            yield from objects(each)


def strings(value: Any) -> Iterator[str]:
    """Every text, number and name in a value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, bool):
        return
    elif isinstance(value, int | float):
        yield f"{value:.2f}".rstrip("0").rstrip(".")
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from strings(each)
    elif isinstance(value, list):
        for each in value:
            yield from strings(each)

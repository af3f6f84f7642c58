"""What an agent's tools told it, taken out of the marked blocks again: the records that its citations have to be found in.

What an agent always begins by is looked up for it, which saves a round trip to the model.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from agents.model.question import Block, Used, used_tool
from agents.model.toolbox import Toolbox

_BODY = re.compile(r"^<data-[0-9a-f]+ [^\n]*>\n(?P<body>.*)\n</data-[0-9a-f]+>$", re.DOTALL | re.MULTILINE)


async def looked_up(tools: Toolbox, wanted: Mapping[str, Mapping[str, Any]]) -> tuple[list[Used], list[Block]]:
    """What these tools give, as if the agent had asked, and as data for it, of which what cannot be had is left out.

    Raises: ToolsChanged.
    """
    used = list(await asyncio.gather(*(used_tool(tools, name, arguments) for name, arguments in wanted.items())))
    return used, [Block(each.tool, value) for each, value in told(used)]


def told(used: Iterable[Used]) -> Iterator[tuple[Used, Any]]:
    """Each use that succeeded, with the value it gave; an answer that was cut short gives nothing."""
    for each in used:
        found = None if each.is_error else _BODY.search(each.text)
        if found is None:
            continue
        try:
            yield each, json.loads(found["body"])
        except ValueError:
            continue


def objects(value: Any) -> Iterator[Mapping[str, Any]]:
    """Every object in it, outermost first."""
    if isinstance(value, Mapping):
        yield value
        for each in value.values():
            yield from objects(each)
    elif isinstance(value, list):
        for each in value:
            yield from objects(each)


def strings(value: Any) -> Iterator[str]:
    """Every text, number and name in it."""
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

"""A request from a character's view: its agent, its marked data blocks, and the results of its tools.

A line of the system text identifies the agent: the first one that begins like `You are the Zoho Scout of Sergas.`
"""

from __future__ import annotations

import json
import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from integrations.sandbox.claude.shapes import Asked, Text, ToolResult, ToolUse
from integrations.sandbox.claude.tool_changes import offered

SCOUT, ANALYST = "Zoho Scout", "Memory Analyst"
AUTHOR, REVIEWER, COMPANION = "Recommendation Author", "Compliance Reviewer", "Thread Companion"
TRANSLATOR = "Translator"
AGENTS = (SCOUT, ANALYST, AUTHOR, REVIEWER, COMPANION, TRANSLATOR)

_ROLE = re.compile(r"^You are (?:the )?(?P<name>[A-Z][\w ]+?)(?: of \w+)?(?:[.,]|$)", re.MULTILINE)
_HEAD = re.compile(r'<data-(?P<mark>[0-9a-f]{1,64}) tool="(?P<name>[^"]{0,200})" left_out="\d{1,9}">\n')
_END = re.compile(r"\n</data-(?P<mark>[0-9a-f]{1,64})>")


@dataclass(frozen=True, slots=True)
class DataBlock:
    """`value` is the parsed JSON, or the text if that is cut short and not JSON."""

    name: str
    value: Any


@dataclass(frozen=True, slots=True)
class Result:
    """A tool's result: its `value` if that is a data block, else `text`."""

    tool: str
    arguments: Mapping[str, Any]
    text: str
    value: Any
    is_error: bool


class Prompt:
    def __init__(self, asked: Asked) -> None:
        self.asked = asked

    @cached_property
    def system(self) -> str:
        return "\n".join(block.text for block in self.asked.system)

    @cached_property
    def agent(self) -> str:
        """One of AGENTS, or "" for any other request."""
        found = _ROLE.search(self.system)
        return found["name"] if found and found["name"] in AGENTS else ""

    @cached_property
    def user_text(self) -> str:
        """The plain text of the user turns."""
        return "\n".join(
            block.text
            for message in self.asked.messages
            if message.role == "user"
            for block in message.content
            if isinstance(block, Text)
        )

    @cached_property
    def blocks(self) -> Sequence[DataBlock]:
        """The data in the user turns, without tool results."""
        return blocks_in(self.user_text)

    @cached_property
    def results(self) -> Sequence[Result]:
        """In the order of the tool calls."""
        uses: dict[str, ToolUse] = {}
        found: list[Result] = []
        for message in self.asked.messages:
            for block in message.content:
                if isinstance(block, ToolUse):
                    uses[block.id] = block
                elif isinstance(block, ToolResult):
                    found.append(_result(uses[block.tool_use_id], block))
        return found

    @cached_property
    def read(self) -> str:
        """Every text from outside: the user turns and the tool results."""
        return "\n".join([self.user_text, *(result.text for result in self.results)])

    @cached_property
    def foreign(self) -> Sequence[str]:
        """Every text in the data, one by one, as its author wrote it; without data, the user's text."""
        values = [block.value for block in self.blocks] + [result.value or result.text for result in self.results]
        return list(dict.fromkeys(_strings(values))) if values else [self.user_text]

    @property
    def tools(self) -> Sequence[str]:
        return [tool.name for tool in offered(self.asked)]

    @property
    def rounds(self) -> int:
        """How often the assistant used tools so far."""
        return sum(any(isinstance(block, ToolUse) for block in each.content) for each in self.asked.messages)

    def block(self, name: str) -> Any:
        """Return the value of the last block with this name; None if there is none."""
        return next((each.value for each in reversed(self.blocks) if each.name == name), None)

    def object(self, name: str) -> Mapping[str, Any]:
        """Return the same if it is an object, else an empty one."""
        value = self.block(name)
        return value if isinstance(value, Mapping) else {}

    def gave(self, tool: str) -> Sequence[Result]:
        """Return this tool's results, without errors; first any that came with the prompt."""
        before = [Result(tool, {}, "", block.value, False) for block in self.blocks if block.name == tool]
        return [*before, *(each for each in self.results if each.tool == tool and not each.is_error)]


def blocks_in(text: str) -> Sequence[DataBlock]:
    ends: dict[str, list[int]] = {}
    for end in _END.finditer(text):
        ends.setdefault(end["mark"], []).append(end.start())
    blocks: list[DataBlock] = []
    read = 0
    for head in _HEAD.finditer(text):
        own = ends.get(head["mark"], [])
        place = bisect_left(own, head.end())
        if head.start() >= read and place < len(own):
            blocks.append(DataBlock(head["name"], _value(text[head.end() : own[place]])))
            read = own[place]
    return blocks


def items_of(value: Any) -> list[Mapping[str, Any]]:
    """Return the objects of a list, or of the `items` of a page."""
    rows = value.get("items", []) if isinstance(value, Mapping) else value
    return [row for row in rows if isinstance(row, Mapping)] if isinstance(rows, list) else []


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _strings(each)
    elif isinstance(value, list):
        for each in value:
            yield from _strings(each)


def _result(use: ToolUse, block: ToolResult) -> Result:
    text = "\n".join(each.text for each in block.content if isinstance(each, Text))
    found = blocks_in(text)
    return Result(use.name, use.input, text, found[0].value if found else None, block.is_error)


def _value(body: str) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return body

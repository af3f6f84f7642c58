"""A request as a character reads it: for which agent it is, the marked blocks of data in it, and what its tools gave back.

Agents are told apart by a line of the system text, the first one that begins like `You are the Zoho Scout of Sergas.`
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from integrations.sandbox.claude.shapes import Asked, Text, ToolResult, ToolUse

SCOUT, ANALYST = "Zoho Scout", "Memory Analyst"
AUTHOR, REVIEWER, COMPANION = "Recommendation Author", "Compliance Reviewer", "Thread Companion"
AGENTS = (SCOUT, ANALYST, AUTHOR, REVIEWER, COMPANION)

_ROLE = re.compile(r"^You are (?:the )?(?P<name>[A-Z][\w ]+?)(?: of \w+)?(?:[.,]|$)", re.MULTILINE)
_BLOCK = re.compile(
    r'<data-(?P<mark>[0-9a-f]+) tool="(?P<name>[^"]*)" left_out="(?P<left_out>\d+)">\n(?P<body>.*?)\n</data-(?P=mark)>',
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class DataBlock:
    """`value` is the JSON of it, or the text where that is cut short and no JSON."""

    name: str
    value: Any


@dataclass(frozen=True, slots=True)
class Result:
    """What a tool gave back: its `value` where that stands in a block, else `text`."""

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
        """One of AGENTS, or else "" for whoever else asks."""
        found = _ROLE.search(self.system)
        return found["name"] if found and found["name"] in AGENTS else ""

    @cached_property
    def user_text(self) -> str:
        """Everything that user turns say by themselves."""
        return "\n".join(
            block.text
            for message in self.asked.messages
            if message.role == "user"
            for block in message.content
            if isinstance(block, Text)
        )

    @cached_property
    def blocks(self) -> Sequence[DataBlock]:
        """The data in the user turns; what tools gave back is not among them."""
        return blocks_in(self.user_text)

    @cached_property
    def results(self) -> Sequence[Result]:
        """In the order in which the tools were used."""
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
        """Every text that came from outside: the user turns, and what tools gave back."""
        return "\n".join([self.user_text, *(result.text for result in self.results)])

    @cached_property
    def foreign(self) -> Sequence[str]:
        """Every text in the data, one by one, as its writer wrote it; where there is no data, what the user says."""
        values = [block.value for block in self.blocks] + [result.value or result.text for result in self.results]
        return list(dict.fromkeys(_strings(values))) if values else [self.user_text]

    @property
    def tools(self) -> Sequence[str]:
        return [tool.name for tool in self.asked.tools]

    @property
    def rounds(self) -> int:
        """How often the assistant used tools so far."""
        return sum(any(isinstance(block, ToolUse) for block in each.content) for each in self.asked.messages)

    def block(self, name: str) -> Any:
        """The value of the last block of this name; None where there is none."""
        return next((each.value for each in reversed(self.blocks) if each.name == name), None)

    def object(self, name: str) -> Mapping[str, Any]:
        """The same where it is an object, else an empty one."""
        value = self.block(name)
        return value if isinstance(value, Mapping) else {}

    def gave(self, tool: str) -> Sequence[Result]:
        """What this tool gave back, without its errors; first what was looked up by it before anybody asked."""
        before = [Result(tool, {}, "", block.value, False) for block in self.blocks if block.name == tool]
        return [*before, *(each for each in self.results if each.tool == tool and not each.is_error)]


def blocks_in(text: str) -> Sequence[DataBlock]:
    return [DataBlock(found["name"], _value(found["body"])) for found in _BLOCK.finditer(text)]


def items_of(value: Any) -> list[Mapping[str, Any]]:
    """The objects of a list, or of the `items` of a page."""
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
    except ValueError:
        return body

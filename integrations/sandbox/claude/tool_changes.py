"""The tools on offer at the end of a conversation: those of the request, changed by its system messages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from integrations.sandbox.claude.errors import invalid
from integrations.sandbox.claude.shapes import (
    Compaction,
    Counted,
    Tool,
    ToolAddition,
    ToolDefinition,
    ToolRemoval,
)


def offered(asked: Counted) -> Sequence[Tool]:
    """Raises: Refusal for a change that names a tool never declared."""
    declared = {tool.name: tool for tool in asked.tools}
    now = dict(declared)
    for place, change in _changes(asked):
        if isinstance(change.tool, ToolDefinition):
            tool = change.tool.definition
            declared[tool.name] = now[tool.name] = tool
            continue
        name = change.tool.name
        if name not in declared:
            raise invalid(f"{place}.{change.type}.tool.name: Tool '{name}' not found in provided tools")
        if isinstance(change, ToolRemoval):
            now.pop(name, None)
        else:
            now[name] = declared[name]
    return list(now.values())


def changes_of(asked: Counted) -> list[ToolAddition | ToolRemoval]:
    """Return every change of the conversation, in order."""
    return [change for _, change in _changes(asked)]


def _changes(asked: Counted) -> Iterator[tuple[str, ToolAddition | ToolRemoval]]:
    for number, message in enumerate(asked.messages):
        for place, block in enumerate(message.content):
            where = f"messages.{number}.content.{place}"
            if isinstance(block, ToolAddition | ToolRemoval):
                yield where, block
            elif isinstance(block, Compaction):
                yield from ((where, change) for change in block.tool_changes or ())

"""Compaction: a request whose answer is a summary, which later requests send in place of the messages that it sums up.

There is no model to write it. The summary repeats every message with its role, cut to a line.
"""

from __future__ import annotations

from typing import Any

from integrations.sandbox.claude.errors import invalid
from integrations.sandbox.claude.shapes import Asked, Block, Compaction, Counted, Message, Text, ToolResult, ToolUse
from integrations.sandbox.claude.tool_changes import changes_of
from store.domain.text.wording import one_line

_SIGNED = "sandbox-compaction-"
_LINE = 300  # characters of each message


def check_compaction(asked: Counted) -> None:
    """Raises: Refusal for a summary that is not our own or not at the start, and for fields that only shape a reply."""
    for number, message in enumerate(asked.messages):
        for place, block in enumerate(message.content):
            if not isinstance(block, Compaction):
                continue
            where = f"messages.{number}.content.{place}"
            if (number, place) != (0, 0):
                raise invalid(
                    f"{where}: `compaction` blocks must come first in `messages`", "compaction_block_misplaced"
                )
            if block.content is not None and not (block.signature or "").startswith(_SIGNED):
                raise invalid(f"{where}: Invalid `signature` in `compaction` block", "compaction_signature_invalid")
    if asked.compaction and asked.context_management:
        raise invalid("compaction: cannot be combined with `context_management`")
    if asked.compaction and asked.output_config and asked.output_config.format:
        raise invalid("compaction: cannot be combined with `output_config.format`")
    if asked.compaction and asked.tool_choice and asked.tool_choice.type in ("any", "tool"):
        raise invalid("compaction: cannot be combined with a `tool_choice` that forces tool use")


def compacted(asked: Asked, mark: str) -> dict[str, Any]:
    """Return the block that stands for the whole conversation."""
    lines = [line for message in asked.messages if (line := _line(message))]
    return {
        "type": "compaction",
        "content": "\n".join(["The conversation so far:", *lines]),
        "encrypted_content": None,
        "signature": _SIGNED + mark,
        "tool_changes": [change.model_dump(exclude_none=True) for change in changes_of(asked)],
    }


def _line(message: Message) -> str:
    said = " ".join(filter(None, map(_text, message.content)))
    return f"{message.role}: {one_line(said, limit=_LINE)}" if said else ""


def _text(block: Block) -> str:
    if isinstance(block, Text):
        return block.text
    if isinstance(block, ToolUse):
        return f"used {block.name}"
    if isinstance(block, ToolResult):
        return " ".join(each.text for each in block.content if isinstance(each, Text))
    return (block.content or "") if isinstance(block, Compaction) else ""

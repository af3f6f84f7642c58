"""Pictures and documents, which no model of the sandbox can see: refused in the API's words, not left out."""

from __future__ import annotations

from collections.abc import Iterator

from integrations.sandbox.claude.errors import invalid
from integrations.sandbox.claude.shapes import Counted, Document, Image, ToolResult


def check_media(asked: Counted) -> None:
    """Raises: Refusal for a picture or a document in a message or a tool's result."""
    for block in _media(asked):
        kind = "image" if isinstance(block, Image) else "PDF"
        raise invalid(f"'{asked.model}' does not support {kind} input.")


def _media(asked: Counted) -> Iterator[Image | Document]:
    for message in asked.messages:
        for block in message.content:
            inner = block.content if isinstance(block, ToolResult) else [block]
            yield from (each for each in inner if isinstance(each, Image | Document))

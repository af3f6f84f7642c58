"""An answer as server-sent events: `message_start`, the blocks piece by piece, `message_delta` with the usage, `message_stop`.

Source: https://platform.claude.com/docs/en/build-with-claude/streaming
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from integrations.sandbox.claude.answers import Told
from integrations.sandbox.claude.tokens import TokenCounter

PIECE = 6  # tokens per delta


@dataclass(frozen=True, slots=True)
class Event:
    """`tokens` is its cost."""

    data: Mapping[str, Any]
    tokens: int = 0

    def encoded(self) -> bytes:
        return encoded(str(self.data["type"]), json.dumps(self.data, ensure_ascii=False))


def encoded(name: str, data: str) -> bytes:
    return f"event: {name}\ndata: {data}\n\n".encode()


def events(told: Told, counter: TokenCounter) -> Iterator[Event]:
    yield Event({"type": "message_start", "message": told.message(started=True)})
    last = len(told.answer.blocks) - 1
    for index, block in enumerate(told.answer.blocks):
        yield Event({"type": "content_block_start", "index": index, "content_block": _emptied(block)})
        if index == 0:
            yield Event({"type": "ping"})
        said = told.answer.cut_input if index == last else None
        for delta, tokens in _deltas(block, said, counter, told.answer.thinking_tokens):
            yield Event({"type": "content_block_delta", "index": index, "delta": delta}, tokens)
        yield Event({"type": "content_block_stop", "index": index})
    yield Event(_ending(told))
    yield Event({"type": "message_stop"})


def _emptied(block: Mapping[str, Any]) -> dict[str, Any]:
    emptied: Mapping[str, Any] = {
        "text": {"text": ""},
        "thinking": {"thinking": "", "signature": ""},
        "compaction": {"content": None},
    }
    return {**block, **emptied.get(block["type"], {"input": {}})}


def _deltas(
    block: Mapping[str, Any], cut_input: str | None, counter: TokenCounter, thinking: int
) -> Iterator[tuple[dict[str, Any], int]]:
    if block["type"] == "thinking":
        if block["thinking"]:
            yield {"type": "thinking_delta", "thinking": block["thinking"]}, 0
        yield {"type": "signature_delta", "signature": block["signature"]}, thinking
        return
    if block["type"] == "text":
        for piece, tokens in counter.pieces(block["text"], PIECE):
            yield {"type": "text_delta", "text": piece}, tokens
        return
    if block["type"] == "compaction":
        yield {"type": "compaction_delta", **{name: block[name] for name in ("content", "encrypted_content")}}, 0
        return
    yield {"type": "input_json_delta", "partial_json": ""}, 0
    said = json.dumps(block["input"], ensure_ascii=False) if cut_input is None else cut_input
    for piece, tokens in counter.pieces(said, PIECE):
        yield {"type": "input_json_delta", "partial_json": piece}, tokens


def _ending(told: Told) -> dict[str, Any]:
    usage = told.usage
    return {
        "type": "message_delta",
        "delta": {
            "stop_reason": told.answer.stop_reason,
            "stop_sequence": told.answer.stop_sequence,
            "stop_details": told.stop_details(),
        },
        "usage": {
            "input_tokens": usage.plain,
            "cache_creation_input_tokens": usage.created,
            "cache_read_input_tokens": usage.read,
            "output_tokens": told.answer.output_tokens,
            "output_tokens_details": told.output_details(),
        },
    }

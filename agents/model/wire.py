"""Build request bodies for the Messages API from questions, and read its replies.

Nothing here needs the SDK. Source: https://platform.claude.com/docs/en/api/messages
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from jsonschema import Draft202012Validator
from pydantic_core import from_json
from referencing import Registry

from agents.model.question import Question
from agents.model.toolbox import ModelTool, as_data
from store.domain.running.model_calls import Usage
from store.domain.text.outside_json import NotJson, read_json

Effort = Literal["", "low", "medium", "high", "xhigh", "max"]
Body = dict[str, Any]

_KEPT: Mapping[str, Any] = {"type": "ephemeral"}  # lasts five minutes, renewed at each use
_CHARACTERS = 2.5  # characters of JSON per token, at least: real prompts have three or four
_BESIDE = 600  # tokens that the service adds, at most
# The keys of a reply's blocks that must go back unchanged; all others are the SDK's own.
_FIELDS: Mapping[str, tuple[str, ...]] = {
    "text": ("text",),
    "thinking": ("thinking", "signature"),
    "redacted_thinking": ("data",),
    "tool_use": ("id", "name", "input"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelReply:
    """`content` are the blocks to send back; `stop` is the API's stop reason."""

    content: Sequence[Mapping[str, Any]]
    stop: str
    usage: Usage = field(default_factory=Usage)

    @property
    def text(self) -> str:
        return "".join(block["text"] for block in self.content if block["type"] == "text")

    @property
    def tool_uses(self) -> Sequence[Mapping[str, Any]]:
        return [block for block in self.content if block["type"] == "tool_use"]


@dataclass(slots=True)
class Exchange:
    """A question in progress: the messages so far, and the next answer's maximum length."""

    question: Question
    tools: Sequence[ModelTool]
    messages: list[Mapping[str, Any]]
    max_tokens: int

    def body(self, effort: Effort, *, last: bool) -> Body:
        """The next request. Tools and system come first and are the same for all accounts, so that they stay in the cache. `last`
        keeps the tools, which the history refers to, but allows no more uses."""
        output: Body = {"format": {"type": "json_schema", "schema": dict(self.question.schema)}}
        if effort:
            output["effort"] = effort
        body: Body = {
            "model": self.question.model,
            "max_tokens": self.max_tokens,
            "system": [{"type": "text", "text": self.question.system, "cache_control": dict(_KEPT)}],
            "messages": self.messages,
            "output_config": output,
        }
        if self.tools:
            body["tools"] = [_tool(tool) for tool in self.tools]
            body["tool_choice"] = {"type": "none" if last else "auto"}
            body["cache_control"] = dict(_KEPT)  # so that the next round reads this one from the cache
        return body

    def went_on(self, reply: ModelReply, results: Sequence[tuple[str, str, bool]]) -> None:
        """Add a reply unchanged, with its thinking, and its tool results: id, text, whether it is an error."""
        told = [
            {"type": "tool_result", "tool_use_id": id, "content": text, "is_error": is_error}
            for id, text, is_error in results
        ]
        self.messages += [{"role": "assistant", "content": list(reply.content)}, {"role": "user", "content": told}]


def first_message(question: Question) -> Mapping[str, Any]:
    """All foreign data, each piece between its own marks."""
    return {
        "role": "user",
        "content": [{"type": "text", "text": as_data(block.name, block.value)} for block in question.blocks],
    }


def block_of(block: Any) -> Mapping[str, Any] | None:
    """An SDK block to send back; None for an empty or unrequested one."""
    names = _FIELDS.get(block.type)
    if names is None or (block.type == "text" and not block.text.strip()):
        return None
    return {"type": block.type} | {name: getattr(block, name) for name in names}


def most_tokens(body: Body) -> int:
    """An upper bound for a request's tokens, computed locally."""
    return round(len(json.dumps(body, ensure_ascii=False, default=str)) / _CHARACTERS) + _BESIDE


def value_of(text: str, schema: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """An answer's value; None if it isn't JSON or doesn't fit its schema."""
    try:
        value = read_json(text)
    except NotJson:
        return None
    # With an empty registry, a schema can't fetch others from the network.
    fits = Draft202012Validator(dict(schema), registry=Registry()).is_valid(value)
    return value if fits and isinstance(value, dict) else None


def value_so_far(text: str) -> Mapping[str, Any] | None:
    """The value of a partial answer, which may lack fields and end mid-text."""
    try:
        value = from_json(text, allow_partial="trailing-strings")
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def _tool(tool: ModelTool) -> Body:
    # Not strict: the Companion's tools together exceed the limit for strict tools, and the toolbox checks arguments anyway.
    return {"name": tool.name, "description": tool.description, "input_schema": dict(tool.input_schema)}

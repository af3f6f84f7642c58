"""A character that says what it is told to, and requests as the SDK takes them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from random import Random
from typing import Any

from anthropic.types import MessageParam, ToolParam

from integrations.sandbox.claude import Fault, Prompt, Said

MODEL = "claude-sonnet-5-5"
LONG = "The renewal has waited for an answer since the third of March, and nobody called. " * 80

WEATHER: ToolParam = {
    "name": "get_weather",
    "description": "The weather of a town.",
    "strict": True,
    "input_schema": {
        "type": "object",
        "properties": {"town": {"type": "string"}, "days": {"type": "integer"}},
        "required": ["town"],
        "additionalProperties": False,
    },
}


class Puppet:
    """Says these things one after the other, the last one again and again."""

    def __init__(self, *says: Said | Fault) -> None:
        self._says = list(says)
        self.prompts: list[Prompt] = []

    def say(self, prompt: Prompt, dice: Random) -> Said | Fault:
        self.prompts.append(prompt)
        return self._says.pop(0) if len(self._says) > 1 else self._says[0]


def user(content: Any = "Good morning") -> MessageParam:
    return {"role": "user", "content": content}


def asking(**more: Any) -> dict[str, Any]:
    """The arguments of a plain call, with whatever else."""
    return {"model": MODEL, "max_tokens": 500, "messages": [user()], **more}


def shaped(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"format": {"type": "json_schema", "schema": dict(schema)}}


def an_object(**properties: Mapping[str, Any]) -> dict[str, Any]:
    """A closed schema whose properties are all required."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def told(message: Any) -> Any:
    """The JSON that a message says."""
    return json.loads(message.content[0].text)

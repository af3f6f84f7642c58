"""LangChain's `with_structured_output`, by the requests that langchain-anthropic 1.7.10 sends for one class.

It forces a tool, or only offers it to models that always think and then fails without a call, or sends a schema.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from anthropic import AsyncAnthropic

from integrations.sandbox.claude.schemas import fits

TEXT = "Anna Berg is 23 years old and lives in Oslo. She is in a bad mood. Her friends: Ben Ode and Jo Lind"
PERSON = {
    "name": "Anna Berg", "age": 23, "mood": "bad", "address": {"city": "Oslo"}, "friends": ["Ben Ode", "Jo Lind"],
}  # fmt: skip
OR_NULL: dict[str, Any] = {"anyOf": [{"type": "string"}, {"type": "null"}]}
NEEDED = ["name", "age", "mood", "address", "friends"]
TOOL: dict[str, Any] = {
    "name": "Person",
    "description": "A person.",
    "input_schema": {
        "type": "object",
        "properties": {
            "name": {"minLength": 2, "type": "string"},
            "age": {"minimum": 0, "type": "integer"},
            "mood": {"enum": ["good", "bad"], "type": "string"},
            "address": {
                "properties": {"city": {"minLength": 2, "type": "string"}, "country": {**OR_NULL, "default": None}},
                "required": ["city"],
                "type": "object",
            },
            "friends": {"items": {"type": "string"}, "minItems": 1, "type": "array"},
        },
        "required": NEEDED,
    },
}
SHAPE: dict[str, Any] = {
    "$defs": {
        "Address": {
            "type": "object",
            "title": "Address",
            "properties": {
                "city": {"type": "string", "title": "City", "description": "{minLength: 2}"},
                "country": {**OR_NULL, "title": "Country", "description": "{default: None}"},
            },
            "additionalProperties": False,
            "required": ["city"],
        }
    },
    "type": "object",
    "title": "Person",
    "description": "A person.",
    "properties": {
        "name": {"type": "string", "title": "Name", "description": "{minLength: 2}"},
        "age": {"type": "integer", "title": "Age", "description": "{minimum: 0}"},
        "mood": {"enum": ["good", "bad"], "title": "Mood"},
        "address": {"$ref": "#/$defs/Address"},
        "friends": {"type": "array", "title": "Friends", "items": {"type": "string"}, "minItems": 1},
    },
    "additionalProperties": False,
    "required": NEEDED,
}


def _asking(text: str, model: str, **more: Any) -> dict[str, Any]:
    return {"model": model, "max_tokens": 500, "messages": [{"role": "user", "content": text}], **more}


@pytest.mark.parametrize(
    ("model", "more"),
    [("claude-haiku-4-5", {"tool_choice": {"type": "tool", "name": "Person"}}), ("claude-sonnet-5-5", {})],
)
async def test_a_class_comes_back_as_a_tools_input(client: AsyncAnthropic, model: str, more: dict[str, Any]) -> None:
    for text, expected in ((TEXT, PERSON), ("Hello", None)):
        answer = await client.messages.create(**_asking(text, model, tools=[TOOL], **more))

        (call,) = [block for block in answer.content if block.type == "tool_use"]
        assert fits(call.input, TOOL["input_schema"])
        assert expected is None or call.input == expected


async def test_a_class_comes_back_as_json(client: AsyncAnthropic) -> None:
    shaped = {"format": {"type": "json_schema", "schema": SHAPE}}
    answer = await client.messages.create(**_asking(TEXT, "claude-sonnet-5-5", output_config=shaped))

    assert answer.content[0].type == "text"
    assert json.loads(answer.content[0].text) == PERSON

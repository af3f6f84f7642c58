"""Requests as the agents make them: the first line of their prompt, data in marked blocks, a loop that answers tool calls."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from anthropic import AsyncAnthropic, transform_schema
from anthropic.types import Message

from agents.model.toolbox import ModelTool, ToolAnswer, as_data
from integrations.sandbox.claude.schemas import fits
from tests.integrations.sandbox_claude.puppet import an_object, asking, shaped, told, user

TEXT: Mapping[str, Any] = {"type": "string"}
OR_NOTHING: Mapping[str, Any] = {"anyOf": [TEXT, {"type": "null"}]}
TEXTS: Mapping[str, Any] = {"type": "array", "items": TEXT}


def many(**properties: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": an_object(**properties)}


def maybe(**properties: Mapping[str, Any]) -> dict[str, Any]:
    return {"anyOf": [an_object(**properties), {"type": "null"}]}


_NAMES = ("account_id", "query", "name", "since", "until", "kind", "record_id")
ARGUMENTS: Mapping[str, Any] = {
    "type": "object",
    "properties": dict.fromkeys(_NAMES, TEXT) | {name: {"type": "integer"} for name in ("days", "limit")},
    "additionalProperties": False,
}
SCHEMAS: Mapping[str, dict[str, Any]] = {
    "Recommendation Author": an_object(
        summary=TEXT,
        cites=TEXTS,
        recommendations=many(
            candidate=TEXT, title=TEXT, rationale=TEXT, cites=TEXTS, subject=TEXT, text=TEXT, email=OR_NOTHING
        ),
    ),
    "Compliance Reviewer": an_object(
        verdicts=many(
            recommendation=TEXT,
            verdict={"type": "string", "enum": ["pass", "hold", "strip"]},
            strip={"type": "array", "items": {"type": "string", "enum": ["email", "text", "rationale"]}},
            reason=TEXT,
        )
    ),
    "Memory Analyst": an_object(
        events=many(text=TEXT, cites=TEXTS), mood=maybe(text=TEXT, cites=TEXTS), promises=many(text=TEXT, cites=TEXTS)
    ),
    "Zoho Scout": an_object(facts=many(text=TEXT, record_id=TEXT, field=TEXT)),
    "Thread Companion": an_object(
        answer=TEXT,
        cites=TEXTS,
        adjust=maybe(proposal=TEXT, due=OR_NOTHING, assignee=OR_NOTHING, subject=OR_NOTHING, text=OR_NOTHING),
        snooze=maybe(proposal=TEXT, days={"type": "integer"}),
        dismiss=maybe(proposal=TEXT, reason=TEXT),
    ),
}


@dataclass
class Conversation:
    """What an agent asked its tools, what of that failed, and the JSON that it ended with."""

    used: list[tuple[str, Any]] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    value: Any = None
    last: Message | None = None

    @property
    def text(self) -> str:
        return json.dumps(self.value, ensure_ascii=False)


class Box(Protocol):
    """Tools as an agent has them: the toolbox, or answers that are made up."""

    async def tools(self) -> tuple[ModelTool, ...]: ...

    async def call(self, name: str, arguments: object) -> ToolAnswer: ...


@dataclass(frozen=True)
class MadeUp:
    """Each tool gives back this; any other name is unknown."""

    answers: Mapping[str, Any]

    async def tools(self) -> tuple[ModelTool, ...]:
        return tuple(ModelTool(name, name, ARGUMENTS) for name in self.answers)

    async def call(self, name: str, arguments: object) -> ToolAnswer:
        if name not in self.answers:
            return ToolAnswer("There is no such tool.", is_error=True)
        return ToolAnswer(as_data(name, self.answers[name]))


async def work(
    client: AsyncAnthropic,
    agent: str,
    data: Mapping[str, Any],
    *,
    tools: Mapping[str, Any] | None = None,
    box: Box | None = None,
) -> Conversation:
    """Run one agent to its end, with made-up `tools` or those of a `box`, which are strict."""
    strict, box = box is not None, box or MadeUp(tools or {})
    offered = [_tool(each, strict=strict) for each in await box.tools()]
    messages: list[Any] = [
        user("\n\n".join(["Do your work.", *(as_data(name, value) for name, value in data.items())]))
    ]
    done = Conversation()
    for _ in range(8):
        asked: dict[str, Any] = asking(
            max_tokens=4000,
            system=f"You are the {agent} of Sergas.\nKeep to the data.",
            messages=messages,
            tools=offered,
            output_config=shaped(SCHEMAS[agent]),
        )
        answer: Message = await client.messages.create(**asked)
        calls = [block for block in answer.content if block.type == "tool_use"]
        if not calls:
            done.value, done.last = told(answer), answer
            assert fits(done.value, SCHEMAS[agent])
            return done
        results = [_result(call.id, await box.call(call.name, call.input)) for call in calls]
        messages += [answer.to_param(), user(results)]
        done.used += [(call.name, call.input) for call in calls]
        done.failed += [result["content"] for result in results if result["is_error"]]
    raise AssertionError("It never comes to an end.")


def cited(value: Any) -> set[str]:
    """Every citation in what an agent says."""
    if isinstance(value, dict):
        return {each for name, inner in value.items() for each in (inner if name == "cites" else cited(inner))}
    return {each for inner in value for each in cited(inner)} if isinstance(value, list) else set()


def _tool(tool: ModelTool, *, strict: bool) -> dict[str, Any]:
    schema = transform_schema(dict(tool.input_schema))
    return {"name": tool.name, "description": tool.description, "input_schema": schema, "strict": strict}


def _result(call_id: str, answer: ToolAnswer) -> dict[str, Any]:
    return {"type": "tool_result", "tool_use_id": call_id, "content": answer.text, "is_error": answer.is_error}

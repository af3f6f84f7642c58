"""Turn a character's words into a message on the wire: in the requested shape, within `max_tokens`, up to a stop sequence."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from integrations.sandbox.claude.cache import InputUsage
from integrations.sandbox.claude.filling import filled
from integrations.sandbox.claude.schemas import conform
from integrations.sandbox.claude.shapes import Asked, NoTool, OneTool, Tool
from integrations.sandbox.claude.thought import Thought
from integrations.sandbox.claude.tokens import TokenCounter
from integrations.sandbox.claude.tool_changes import offered

StopReason = Literal["end_turn", "tool_use", "max_tokens", "stop_sequence", "refusal", "compaction"]
REFUSAL = "The request touches a matter that this model does not help with."


@dataclass(frozen=True, slots=True)
class Call:
    """A character's use of a tool."""

    name: str
    arguments: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A character's answer: a text, or a value for the requested shape, or calls; `refused` excludes all three.

    `wild` calls ignore every list of tools and every schema, as from a model that ignores its limits.
    """

    text: str = ""
    value: Mapping[str, Any] | None = None
    calls: Sequence[Call] = ()
    refused: bool = False
    wild: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """`blocks` are content blocks in the API's form. `cut_input` says where a tool's input ends in the middle;
    `thinking_tokens` are a part of `output_tokens`."""

    blocks: Sequence[Mapping[str, Any]]
    stop_reason: StopReason
    stop_sequence: str | None = None
    output_tokens: int = 0
    thinking_tokens: int = 0
    cut_input: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An answer with everything around it, as `message` returns it. `more` are the fields that the request asked for."""

    id: str
    model: str
    answer: Answer
    usage: InputUsage
    tier: str = "standard"
    more: Mapping[str, Any] = field(default_factory=dict)

    def message(self, *, started: bool = False) -> dict[str, Any]:
        """Return the message object; for `message_start`, one without content yet."""
        reason = None if started else self.answer.stop_reason
        return {
            "id": self.id,
            "type": "message",
            "role": "assistant",
            "model": self.model,
            "content": [] if started else [dict(block) for block in self.answer.blocks],
            "stop_reason": reason,
            "stop_sequence": None if started else self.answer.stop_sequence,
            "stop_details": self.stop_details() if reason == "refusal" else None,
            **self.more,
            "usage": {
                **self.usage.shown(),
                "output_tokens": 1 if started else self.answer.output_tokens,
                "output_tokens_details": None if started else self.output_details(),
                "service_tier": self.tier,
            },
        }

    def output_details(self) -> dict[str, int]:
        return {"thinking_tokens": self.answer.thinking_tokens}

    def stop_details(self) -> dict[str, Any] | None:
        if self.answer.stop_reason != "refusal":
            return None
        return {"type": "refusal", "category": "general_harms", "explanation": REFUSAL}


def answer(said: Said, asked: Asked, counter: TokenCounter, *, mark: str, thought: Thought | None = None) -> Answer:
    """Build the answer. `mark` makes the ids of the calls, the same for the same request. A `thought` comes first and uses
    up tokens."""
    if said.refused:
        return Answer(blocks=(), stop_reason="refusal", output_tokens=1)
    if thought is not None:
        return _thoughtful(said, asked, counter, mark, thought)
    calls = said.calls if said.wild else _tamed(said.calls, asked)
    text = said.text
    if not calls:
        text = _structured(said, asked) or text
    blocks: list[dict[str, Any]] = [{"type": "text", "text": text}] if text else []
    blocks += [
        {"type": "tool_use", "id": f"toolu_{mark}{number:02}", "name": call.name, "input": dict(call.arguments)}
        for number, call in enumerate(calls, start=1)
    ]
    whole = Answer(blocks=blocks, stop_reason="tool_use" if calls else "end_turn")
    return _within(_stopped(whole, asked.stop_sequences), asked.max_tokens, counter)


def _thoughtful(said: Said, asked: Asked, counter: TokenCounter, mark: str, thought: Thought) -> Answer:
    spent = min(thought.tokens, asked.max_tokens)
    if spent == asked.max_tokens:
        blocks: list[Mapping[str, Any]] = [thought.block()] if spent else []
        return Answer(blocks=blocks, stop_reason="max_tokens", output_tokens=spent, thinking_tokens=spent)
    left = asked.model_copy(update={"max_tokens": asked.max_tokens - spent})
    rest = answer(said, left, counter, mark=mark)
    tokens = rest.output_tokens + spent
    return replace(rest, blocks=[thought.block(), *rest.blocks], output_tokens=tokens, thinking_tokens=spent)


def tool_of(asked: Asked, name: str) -> Tool | None:
    return next((tool for tool in offered(asked) if tool.name == name), None)


def _structured(said: Said, asked: Asked) -> str:
    shape = asked.output_config.format if asked.output_config else None
    if shape is None:
        return json.dumps(said.value, ensure_ascii=False) if said.value is not None else ""
    value: object = said.value
    if value is None:
        value = _read_json(said.text)
    return json.dumps(conform(value, shape.schema_), ensure_ascii=False)


def _read_json(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _tamed(calls: Sequence[Call], asked: Asked) -> list[Call]:
    """Keep calls of existing tools that the request allows; fit the input of strict tools to their schema."""
    choice = asked.tool_choice
    if isinstance(choice, NoTool):
        return []
    kept: list[Call] = []
    for call in calls:
        tool = tool_of(asked, call.name)
        if tool is None or (isinstance(choice, OneTool) and choice.name != call.name):
            continue
        kept.append(replace(call, arguments=conform(call.arguments, tool.input_schema)) if tool.strict else call)
    if not kept and choice is not None and choice.type in ("any", "tool"):
        name = choice.name if isinstance(choice, OneTool) else offered(asked)[0].name
        found = tool_of(asked, name)
        kept = [Call(name, filled(found.input_schema) if found else {})]
    alone = choice is not None and choice.disable_parallel_tool_use
    return kept[:1] if alone else kept


def _stopped(whole: Answer, sequences: Sequence[str]) -> Answer:
    """Cut at the first stop sequence in a text; the rest is dropped."""
    for number, block in enumerate(whole.blocks):
        found = [(block["text"].find(each), each) for each in sequences if block["type"] == "text"]
        places = sorted(each for each in found if each[0] >= 0)
        if places:
            place, sequence = places[0]
            text = block["text"][:place]
            kept = [*whole.blocks[:number], *([{**block, "text": text}] if text else [])]
            return replace(whole, blocks=kept, stop_reason="stop_sequence", stop_sequence=sequence)
    return whole


def _within(whole: Answer, most: int, counter: TokenCounter) -> Answer:
    """Keep as much as fits into `most` tokens. A tool's input that is cut contains nothing usable."""
    spent, kept = 0, list[Mapping[str, Any]]()
    for block in whole.blocks:
        said = block["text"] if block["type"] == "text" else json.dumps(block["input"], ensure_ascii=False)
        tokens = counter.count(said)
        if spent + tokens <= most:
            spent += tokens
            kept.append(block)
            continue
        part = counter.cut(said, most - spent)
        if block["type"] == "text":
            kept += [{**block, "text": part}] if part else []
            return Answer(blocks=kept, stop_reason="max_tokens", output_tokens=most)
        kept.append({**block, "input": {}})
        return Answer(blocks=kept, stop_reason="max_tokens", output_tokens=most, cut_input=part)
    return replace(whole, output_tokens=max(1, spent) if most else 0)

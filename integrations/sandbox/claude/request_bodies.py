"""Read the bodies of requests, as strictly as the API does: shape first, then rules across fields.

Reports only the first fault, as one line `place: problem`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

from pydantic import ValidationError

from integrations.sandbox.claude.base import Cacheable, Shape
from integrations.sandbox.claude.compaction import check_compaction
from integrations.sandbox.claude.errors import invalid
from integrations.sandbox.claude.gateway import LARGEST_BATCH
from integrations.sandbox.claude.schemas import check_complexity, check_schema, check_tool_schema
from integrations.sandbox.claude.shapes import (
    Asked,
    Block,
    Compaction,
    Counted,
    Document,
    EnabledThinking,
    Message,
    OneTool,
    Text,
    ToolAddition,
    ToolRemoval,
    ToolResult,
    ToolUse,
)
from integrations.sandbox.claude.tool_changes import offered
from store.domain.text.outside_json import NotJson, read_json

S = TypeVar("S", bound=Shape)
C = TypeVar("C", bound=Counted)

BREAKPOINTS = 4
_MESSAGES = 100_000


def parsed(raw: bytes) -> Any:
    """Return a body's JSON. Raises: Refusal."""
    try:
        return read_json(raw, most=LARGEST_BATCH, cells=True)
    except NotJson as exc:
        raise invalid(f"The request body is not valid JSON: {exc}") from exc


def read(shape: type[S], body: object) -> S:
    """Raises: Refusal."""
    try:
        return shape.model_validate(body)
    except ValidationError as exc:
        first = exc.errors(include_url=False)[0]
        place = ".".join(str(step) for step in first["loc"])
        raise invalid(f"{place}: {first['msg']}" if place else first["msg"]) from exc


def read_asked(body: object) -> Asked:
    """Raises: Refusal."""
    asked = _coherent(read(Asked, _with_format(body)))
    if isinstance(asked.thinking, EnabledThinking) and asked.thinking.budget_tokens >= asked.max_tokens:
        raise invalid("`max_tokens` must be greater than `thinking.budget_tokens`.")
    for number, each in enumerate(asked.stop_sequences):
        if not each.strip():
            raise invalid(f"stop_sequences.{number}: each stop sequence must contain non-whitespace")
    if isinstance(asked.fallbacks, list):
        raise invalid("fallbacks: a list of fallback models is not supported for this model")
    return asked


def read_counted(body: object) -> Counted:
    """Raises: Refusal."""
    return _coherent(read(Counted, _with_format(body)))


def _with_format(body: object) -> object:
    """Move the format into `output_config`: in the structured outputs beta it had a field of its own."""
    if not isinstance(body, Mapping) or body.get("output_format") is None:
        return body
    config = body.get("output_config") or {}
    if not isinstance(config, Mapping) or config.get("format") is not None:
        raise invalid("output_format: cannot be combined with `output_config.format`")
    rest = {key: each for key, each in body.items() if key != "output_format"}
    return {**rest, "output_config": {**config, "format": body["output_format"]}}


def cacheable(asked: Counted) -> Iterator[Cacheable]:
    """Yield everything that may carry a cache breakpoint, in the order of the prompt."""
    yield from asked.tools
    yield from asked.system
    for message in asked.messages:
        for block in message.content:
            if isinstance(block, Cacheable):
                yield block


def _coherent(asked: C) -> C:
    _check_messages(asked.messages, summing_up=asked.compaction is not None)
    _check_pairs(asked.messages)
    _check_texts(asked)
    _check_tools(asked)
    _check_cache(asked)
    check_compaction(asked)
    return asked


def _check_messages(messages: list[Message], *, summing_up: bool) -> None:
    """A conversation ends with the user, unless it is to be summed up or is nothing but its summary."""
    if not messages:
        raise invalid("messages: at least one message is required")
    if len(messages) > _MESSAGES:
        raise invalid(f"messages: at most {_MESSAGES} messages are allowed")
    spoken = [message for message in messages if message.role != "system"]
    if not spoken or (spoken[0].role != "user" and not _is_summary(spoken[0])):
        raise invalid('messages: first message must use the "user" role')
    if spoken[-1].role != "user" and not summing_up and not _is_summary(spoken[-1]):
        raise invalid(
            "This model does not support assistant message prefill. The conversation must end with a user message."
        )
    for number, message in enumerate(messages):
        if not message.content:
            raise invalid(f"messages.{number}: all messages must have non-empty content")
        for place, block in enumerate(message.content):
            _check_side(message.role, block, f"messages.{number}.content.{place}")


def _is_summary(message: Message) -> bool:
    return bool(message.content) and isinstance(message.content[0], Compaction)


def _check_side(role: str, block: Block, where: str) -> None:
    if isinstance(block, Document) and role == "assistant":
        raise invalid(f"{where}: `document` blocks are not allowed in `assistant` messages")
    if isinstance(block, Text) and block.citations and role == "user":
        raise invalid(f"{where}.text.citations: citations are not allowed in `user` messages")
    if isinstance(block, ToolResult) and role != "user":
        raise invalid(f"{where}: `tool_result` blocks can only be in `user` messages")
    if block.type in ("tool_use", "thinking", "redacted_thinking", "compaction") and role != "assistant":
        raise invalid(f"{where}: `{block.type}` blocks can only be in `assistant` messages")
    if isinstance(block, ToolAddition | ToolRemoval) and role != "system":
        raise invalid(f"{where}: `{block.type}` blocks can only be in `system` messages")
    if role == "system" and not isinstance(block, Text | ToolAddition | ToolRemoval):
        raise invalid(f"{where}: `system` messages can only have `text` blocks and changes of tools")


def _check_pairs(messages: list[Message]) -> None:
    """Each tool use needs its result at the start of the next user turn, and each result a use right before it."""
    seen: set[str] = set()
    pending: list[str] = []
    for number, message in enumerate(messages):
        if message.role == "system":
            continue
        results = {block.tool_use_id for block in message.content if isinstance(block, ToolResult)}
        if pending and (missing := [each for each in pending if each not in results]):
            raise invalid(
                f"messages.{number - 1}: `tool_use` ids were found without `tool_result` blocks immediately after: "
                f"{', '.join(missing)}. Each `tool_use` block must have a corresponding `tool_result` block in the next message."
            )
        _check_results(message, number, pending)
        pending = [block.id for block in message.content if isinstance(block, ToolUse)]
        if len(set(pending)) < len(pending) or seen & set(pending):
            raise invalid(f"messages.{number}: `tool_use` ids must be unique")
        seen.update(pending)


def _check_results(message: Message, number: int, pending: list[str]) -> None:
    answered: set[str] = set()
    for place, block in enumerate(message.content):
        if not isinstance(block, ToolResult):
            continue
        if block.tool_use_id not in pending:
            raise invalid(
                f"messages.{number}.content.{place}: unexpected `tool_use_id` found in `tool_result` blocks: "
                f"{block.tool_use_id}. Each `tool_result` block must have a corresponding `tool_use` block in the previous message."
            )
        if block.tool_use_id in answered:
            raise invalid(
                f"messages.{number}.content.{place}: each tool_use must have a single result. "
                f"Found multiple `tool_result` blocks with id: {block.tool_use_id}"
            )
        if len(answered) < place:
            raise invalid(f"messages.{number}.content.{place}: `tool_result` blocks must come first in their message")
        answered.add(block.tool_use_id)


def _check_texts(asked: Counted) -> None:
    for where, blocks in (("system", [asked.system]), ("messages", [each.content for each in asked.messages])):
        for block in (block for some in blocks for block in some if isinstance(block, Text)):
            if not block.text:
                raise invalid(f"{where}: text content blocks must be non-empty")
            if not block.text.strip():
                raise invalid(f"{where}: text content blocks must contain non-whitespace text")


def _check_tools(asked: Counted) -> None:
    tools = offered(asked)
    names = [tool.name for tool in asked.tools]
    if len(set(names)) < len(names):
        raise invalid("tools: Tool names must be unique.")
    for number, tool in enumerate(tools):
        if tool.input_schema.get("type") != "object":
            raise invalid(f"tools.{number}.custom.input_schema.type: Input should be 'object'")
        if tool.strict:
            check_schema(tool.input_schema, f"tools.{number}.custom")
        else:
            check_tool_schema(tool.input_schema, f"tools.{number}.custom.input_schema")
    if asked.tool_choice is not None and asked.tool_choice.type != "none" and not tools:
        raise invalid("tool_choice: tool_choice may only be specified while providing tools")
    if isinstance(asked.tool_choice, OneTool) and asked.tool_choice.name not in [tool.name for tool in tools]:
        raise invalid(f"tool_choice: Tool '{asked.tool_choice.name}' not found in provided tools")
    strict: list[Mapping[str, Any]] = [tool.input_schema for tool in tools if tool.strict]
    number_of_strict = len(strict)
    if asked.output_config and asked.output_config.format:
        check_schema(asked.output_config.format.schema_, "output_config.format.schema")
        strict.append(asked.output_config.format.schema_)
    check_complexity(strict, number_of_strict)


def _check_cache(asked: Counted) -> None:
    marked = sum(each.cache_control is not None for each in cacheable(asked)) + (asked.cache_control is not None)
    if marked > BREAKPOINTS:
        raise invalid(f"A maximum of {BREAKPOINTS} blocks with cache_control may be provided. Found {marked}.")

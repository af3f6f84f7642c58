"""The fields of a request; any other field is refused.

Names and types are those of the anthropic SDK's parameter types. Blocks and tools that only other products need (web
search, computer use, files, containers) are left out and so refused. `betas` says which fields need a header.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from integrations.sandbox.claude.base import Cacheable, Shape
from integrations.sandbox.claude.beta_shapes import (
    BillingPolicy,
    ContextManagement,
    Diagnostics,
    NewThread,
    OldThread,
    Summarize,
)


class Text(Cacheable):
    type: Literal["text"]
    text: str
    citations: list[dict[str, Any]] | None = None


class Image(Cacheable):
    type: Literal["image"]
    source: dict[str, Any]


class Document(Cacheable):
    type: Literal["document"]
    source: dict[str, Any]
    title: str | None = None
    context: str | None = None
    citations: dict[str, Any] | None = None


class Thinking(Shape):
    type: Literal["thinking"]
    thinking: str
    signature: str


class RedactedThinking(Shape):
    type: Literal["redacted_thinking"]
    data: str


class ToolUse(Cacheable):
    type: Literal["tool_use"]
    id: Annotated[str, Field(pattern=r"^[a-zA-Z0-9_-]+$")]
    name: Annotated[str, Field(min_length=1, max_length=200)]
    input: dict[str, Any]
    caller: dict[str, Any] | None = None
    toolset_name: str | None = None


def _as_blocks(value: Any) -> Any:
    """A bare text is short for one block."""
    return [{"type": "text", "text": value}] if isinstance(value, str) else value


ResultBlock = Annotated[Text | Image | Document, Field(discriminator="type")]


class ToolResult(Cacheable):
    type: Literal["tool_result"]
    tool_use_id: Annotated[str, Field(pattern=r"^[a-zA-Z0-9_-]+$")]
    content: Annotated[list[ResultBlock], BeforeValidator(_as_blocks)] = Field(default_factory=list)
    is_error: bool = False
    toolset_name: str | None = None


class Tool(Cacheable):
    name: Annotated[str, Field(pattern=r"^[a-zA-Z0-9_-]{1,128}$")]
    input_schema: dict[str, Any]
    description: str | None = None
    type: Literal["custom"] | None = None
    strict: bool = False
    input_examples: list[dict[str, Any]] = Field(default_factory=list)
    eager_input_streaming: bool | None = None
    defer_loading: bool = False
    allowed_callers: list[str] = Field(default_factory=list)


class ToolReference(Shape):
    type: Literal["tool_reference"]
    name: str


class ToolDefinition(Shape):
    type: Literal["tool_definition"]
    definition: Tool


class ToolAddition(Cacheable):
    type: Literal["tool_addition"]
    tool: Annotated[ToolReference | ToolDefinition, Field(discriminator="type")]


class ToolRemoval(Cacheable):
    type: Literal["tool_removal"]
    tool: ToolReference


class Compaction(Cacheable):
    """The summary that stands for the messages before it."""

    type: Literal["compaction"]
    content: Annotated[str, Field(min_length=1)] | None = None
    encrypted_content: str | None = None
    signature: str | None = None
    tool_changes: list[Annotated[ToolAddition | ToolRemoval, Field(discriminator="type")]] | None = None


Block = Annotated[
    Text
    | Image
    | Document
    | Thinking
    | RedactedThinking
    | ToolUse
    | ToolResult
    | ToolAddition
    | ToolRemoval
    | Compaction,
    Field(discriminator="type"),
]


class TurnConfig(Shape):
    effort: Literal["low", "medium", "high", "xhigh", "max"] | None = None


class Message(Shape):
    role: Literal["user", "assistant", "system"]
    content: Annotated[list[Block], BeforeValidator(_as_blocks)]
    clear_at: Literal["next_user_message", "never"] | None = None
    output_config: TurnConfig | None = None


class AnyTool(Shape):
    type: Literal["auto", "any"]
    disable_parallel_tool_use: bool = False


class NoTool(Shape):
    type: Literal["none"]


class OneTool(Shape):
    type: Literal["tool"]
    name: str
    disable_parallel_tool_use: bool = False


ToolChoice = Annotated[AnyTool | NoTool | OneTool, Field(discriminator="type")]


class JsonFormat(Shape):
    type: Literal["json_schema"]
    schema_: Annotated[dict[str, Any], Field(alias="schema")]


class OutputConfig(Shape):
    format: JsonFormat | None = None
    effort: Literal["low", "medium", "high", "xhigh", "max"] | None = None
    task_budget: dict[str, Any] | None = None


class PlainThinking(Shape):
    type: Literal["disabled", "between_tools"]


class AdaptiveThinking(Shape):
    type: Literal["adaptive"]
    display: Literal["summarized", "omitted", "updates"] | None = None
    block_binding: dict[str, Any] | None = None


class EnabledThinking(Shape):
    type: Literal["enabled"]
    budget_tokens: Annotated[int, Field(ge=1024)]
    display: Literal["summarized", "omitted"] | None = None


ThinkingConfig = Annotated[PlainThinking | AdaptiveThinking | EnabledThinking, Field(discriminator="type")]


class Metadata(Shape):
    user_id: Annotated[str, Field(max_length=256)] | None = None


class Counted(Cacheable):
    """The fields shared by counting and answering."""

    model: Annotated[str, Field(min_length=1, max_length=256)]
    messages: list[Message]
    system: Annotated[list[Text], BeforeValidator(_as_blocks)] = Field(default_factory=list)
    tools: list[Tool] = Field(default_factory=list)
    tool_choice: ToolChoice | None = None
    thinking: ThinkingConfig | None = None
    output_config: OutputConfig | None = None
    context_management: ContextManagement | None = None
    compaction: Summarize | None = None
    speed: Literal["standard", "fast"] | None = None


class Asked(Counted):
    """The body of `POST /v1/messages`."""

    max_tokens: Annotated[int, Field(ge=0)]
    stream: bool = False
    stop_sequences: list[str] = Field(default_factory=list)
    metadata: Metadata | None = None
    service_tier: Literal["auto", "standard_only"] = "auto"
    inference_geo: str | None = None
    container: None = None
    diagnostics: Diagnostics | None = None
    fallbacks: Literal["default"] | list[dict[str, Any]] | None = None
    billing_policy: BillingPolicy | None = None
    thread: Annotated[NewThread | OldThread, Field(discriminator="type")] | None = None


class BatchItem(Shape):
    custom_id: Annotated[str, Field(pattern=r"^[a-zA-Z0-9_-]{1,64}$")]
    params: dict[str, Any]


class BatchAsked(Shape):
    requests: Annotated[list[BatchItem], Field(min_length=1, max_length=100_000)]

"""The fields of a request that belong to no message and no tool: threads, compaction, diagnostics, billing."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from integrations.sandbox.claude.base import Shape


class ContextManagement(Shape):
    """The edits are for contexts much longer than any here: none is ever applied."""

    edits: list[dict[str, Any]] = Field(default_factory=list)


class Summarize(Shape):
    type: Literal["summarize"]
    instructions: str | None = None


class Diagnostics(Shape):
    previous_message_id: str | None = None


class BillingPolicy(Shape):
    """Only the organisation itself can be billed here."""

    type: Literal["billing_policy"]
    bill_to: Literal["self"] = "self"


class NewThread(Shape):
    type: Literal["create"]


class OldThread(Shape):
    type: Literal["continue"]
    previous_message_id: str

"""The Translator: a question into English, and a checked answer into the person's language. It has no tools."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from agents.author.subagents.schemas import TEXT, closed
from agents.author.subagents.subagent import Subagent, text_in
from agents.model.question import Block, Question
from agents.model.toolbox import Agent

TRANSLATOR = Subagent(agent=Agent.TRANSLATOR, schema=closed(text=TEXT), max_tokens=1_200, seconds=20.0)
ENGLISH = "English"


def question(model: str, text: str, *, of: str, into: str) -> Question:
    """`of` and `into` are the English names of languages. Raises: BadInput for an unusable prompt file."""
    return TRANSLATOR.question(model, [Block("task", {"from": of, "into": into}), Block("text", {"text": text})])


def translated(value: Mapping[str, Any]) -> str:
    """Parse a value that fits the schema; "" if it could not be translated."""
    return text_in(value, "text")

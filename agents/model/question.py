"""A question to a model and what comes back, as the flows see it. `agents/model/anthropic_api.py` answers; nothing here
knows whose model it is."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from agents.model.prompt import Prompt
from agents.model.toolbox import Agent, Toolbox


@dataclass(frozen=True, slots=True)
class Block:
    """Data for a model to read, marked as such: `name` says what it is, `value` is JSON. Foreign text belongs here alone."""

    name: str
    value: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Used:
    """A tool that was used for an answer: what it was asked, what the model was given back, and how long that took."""

    tool: str
    arguments: Mapping[str, Any]
    text: str
    is_error: bool
    milliseconds: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """`system` is the agent's rendered prompt, the same for all accounts; `schema` is the JSON Schema of the answer. A question
    with `tools` may use them in at most `rounds` rounds; `looked_up` is what they gave for it before it was asked.
    `max_tokens` bounds one answer, `seconds` the whole."""

    agent: Agent
    model: str
    prompt: Prompt
    system: str
    blocks: Sequence[Block]
    schema: Mapping[str, Any]
    tools: Toolbox | None = None
    looked_up: Sequence[Used] = ()
    rounds: int = 0
    max_tokens: int = 2_000
    seconds: float = 30.0

    @property
    def digest(self) -> str:
        """SHA-256 over everything that the answer depends on but the world behind the tools."""
        said = [self.agent, self.model, self.prompt.digest, self.system, self.schema, self.max_tokens]
        said.append([[block.name, block.value] for block in self.blocks])
        plain = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)
        return hashlib.sha256(plain.encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What a call belongs to: `trace` is the brief's id (or the conversation's request), whose calls are read together; budgets
    are counted for the account, the morning (`trace`) and the day."""

    trace: str
    owner_id: str
    account_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """`value` fits the question's schema. Tokens and money are those of this call; 0 where it was `reused` from the ledger."""

    value: Mapping[str, Any]
    used: tuple[Used, ...] = ()
    input_tokens: int = 0
    output_tokens: int = 0
    usd: float = 0.0
    reused: bool = False


async def used_tool(tools: Toolbox, name: str, arguments: Any) -> Used:
    """A tool, used. Raises: ToolsChanged."""
    began = time.monotonic()
    answer = await tools.call(name, arguments)
    told = arguments if isinstance(arguments, Mapping) else {}
    took = round((time.monotonic() - began) * 1_000)
    return Used(tool=name, arguments=told, text=answer.text, is_error=answer.is_error, milliseconds=took)


class Listener(Protocol):
    """Who is told how an answer comes about."""

    async def using(self, tool: str) -> None:
        """A tool is about to be used."""
        ...

    async def said(self, value: Mapping[str, Any]) -> None:
        """The answer as far as it has come: a value that may still lack fields and ends in the middle of a text."""
        ...


class Model(Protocol):
    async def ask(
        self, question: Question, *, scope: Scope, listener: Listener | None = None, fresh: bool = False
    ) -> Answer:
        """An answer that fits the schema. The same question was paid for once: its answer is reused unless `fresh`.

        Raises: ModelUnavailable (down, too slow, refused, or nothing usable came), BudgetSpent, ModelRefused (it declined).
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Models:
    """Which model does what: `small` for triage and the long tail, `strong` for critical accounts and conversation."""

    small: str
    strong: str

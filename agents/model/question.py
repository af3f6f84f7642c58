"""A question to a model and its answer, as the flows see them, whichever model it is. `agents/model/claude.py` answers."""

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
    """Data for a model to read, marked as such: `name` describes it, `value` is JSON. Foreign text belongs nowhere else."""

    name: str
    value: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Used:
    """A tool use behind an answer: its arguments, the result for the model, and its duration."""

    tool: str
    arguments: Mapping[str, Any]
    text: str
    is_error: bool
    milliseconds: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """`system` is the agent's rendered prompt, the same for all accounts; `schema` is the answer's JSON Schema. A question with
    `tools` may use them in at most `rounds` rounds; `looked_up` are tool uses that code made for it beforehand. `max_tokens`
    bounds one answer, `seconds` the whole question."""

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
        """SHA-256 over everything the answer depends on, except the data behind the tools."""
        said = [self.agent, self.model, self.prompt.digest, self.system, self.schema, self.max_tokens]
        said.append([[block.name, block.value] for block in self.blocks])
        plain = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)
        return hashlib.sha256(plain.encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """The account and trace of a call. `trace` is the id of the brief or conversation request, whose calls are read together.
    Budgets count per account, per trace and per day, and per person who asks: `asked_by`, "" for the bot's own work."""

    trace: str
    owner_id: str
    account_id: str = ""
    asked_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """`value` fits the question's schema. Tokens and cost are this call's, or 0 if it was `reused` from the ledger."""

    value: Mapping[str, Any]
    used: tuple[Used, ...] = ()
    input_tokens: int = 0
    output_tokens: int = 0
    usd: float = 0.0
    reused: bool = False


async def used_tool(tools: Toolbox, name: str, arguments: Any) -> Used:
    """Use a tool. Raises: ToolsChanged."""
    began = time.monotonic()
    answer = await tools.call(name, arguments)
    told = arguments if isinstance(arguments, Mapping) else {}
    took = round((time.monotonic() - began) * 1_000)
    return Used(tool=name, arguments=told, text=answer.text, is_error=answer.is_error, milliseconds=took)


class Listener(Protocol):
    """Follows an answer as it comes."""

    async def using(self, tool: str) -> None:
        """Called before a tool use."""
        ...

    async def said(self, value: Mapping[str, Any]) -> None:
        """Called with the partial answer, which may lack fields and end mid-text."""
        ...


class Model(Protocol):
    async def ask(
        self, question: Question, *, scope: Scope, listener: Listener | None = None, fresh: bool = False
    ) -> Answer:
        """Return an answer that fits the schema. An earlier answer to the same question is reused unless `fresh`.

        Raises: ModelUnavailable (down, too slow, refused, or no usable answer), BudgetSpent, ModelRefused (it declined).
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Models:
    """The models by task: `small` for triage and the long tail, `strong` for critical accounts and conversation."""

    small: str
    strong: str

"""Claude over the sandbox and a database, and questions as the agents ask them."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, cast

from agents.model.anthropic_api import Access, AnthropicApi
from agents.model.budget import Budget
from agents.model.circuit import Circuit
from agents.model.claude import Claude, ClaudePolicy
from agents.model.ledger import Ledger
from agents.model.prompt import Prompt
from agents.model.question import Block, Question, Scope
from agents.model.toolbox import UNREACHABLE, Agent, ModelTool, ToolAnswer, Toolbox, as_data
from integrations.loopback import LOOPBACK
from integrations.sandbox.claude import ClaudeSandbox
from store.database import Database
from store.domain.running.model_calls import BudgetCeilings, ModelCall, ToolCall, parse_prices

SMALL, STRONG = "claude-haiku-5-5", "claude-sonnet-5-5"
PRICES = parse_prices(f"{SMALL}=0.10/0.50/0.125/0.01, {STRONG}=2/10/2.50/0.20")
SCOPE = Scope(trace="brief-1", owner_id="anna", account_id="a1")
TEXT: Mapping[str, Any] = {"type": "string"}
RULES = "You write for sales people. Say nothing that the data does not say.\n" * 120


class Clock(Protocol):
    slept: list[float]

    def now(self) -> datetime: ...

    def advance(self, **by: float) -> None: ...

    async def sleep(self, seconds: float) -> None: ...


def an_object(**properties: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


VERDICTS = an_object(
    verdicts={
        "type": "array",
        "items": an_object(recommendation=TEXT, verdict=TEXT, strip={"type": "array", "items": TEXT}, reason=TEXT),
    }
)
FACTS = an_object(facts={"type": "array", "items": an_object(text=TEXT, record_id=TEXT, field=TEXT)})


def reviewing(text: str = "Call them on Monday.", **more: Any) -> Question:
    """A question of the Compliance Reviewer, which needs no tools."""
    said = {"id": "r1", "title": "Call", "rationale": "They wait.", "subject": "Call", "text": text, "email": None}
    return Question(
        **{
            "agent": Agent.COMPLIANCE_REVIEWER,
            "model": STRONG,
            "prompt": Prompt("compliance_reviewer", {}, "d" * 64),
            "system": f"You are the Compliance Reviewer of Sergas.\n{RULES}",
            "blocks": [Block("recommendations", {"recommendations": [said], "earlier": []})],
            "schema": VERDICTS,
            **more,
        }
    )


@dataclass
class MadeUpTools:
    """Each tool gives back this; None is an error. None answers before so many were asked together."""

    answers: Mapping[str, Any]
    used: list[tuple[str, Any]] = field(default_factory=list)
    problem: Exception | None = None
    together: int = 1
    _all_asked: asyncio.Event = field(default_factory=asyncio.Event)

    async def tools(self) -> tuple[ModelTool, ...]:
        if self.problem is not None:
            raise self.problem
        schema = {"type": "object", "properties": {"account_id": TEXT}, "additionalProperties": False}
        return tuple(ModelTool(name, name, schema) for name in self.answers)

    async def call(self, name: str, arguments: object) -> ToolAnswer:
        self.used.append((name, arguments))
        if len(self.used) >= self.together:
            self._all_asked.set()
        await self._all_asked.wait()
        if self.answers.get(name) is None:
            return ToolAnswer(UNREACHABLE, is_error=True)
        return ToolAnswer(as_data(name, self.answers[name]))


DEAL = {"id": "d1", "name": "Renewal", "stage": "Negotiation", "amount": 48_000, "closing_date": "2026-12-18"}
DETAILS = {"id": "a1", "name": "Acme", "open_deals": [DEAL], "notes": [], "activities": []}


def scouting(tools: MadeUpTools | None = None, **more: Any) -> Question:
    """A question of the Zoho Scout, which looks things up."""
    box = tools or MadeUpTools({"zoho_get_account_details": DETAILS})
    return Question(
        **{
            "agent": Agent.ZOHO_SCOUT,
            "model": SMALL,
            "prompt": Prompt("zoho_scout", {}, "e" * 64),
            "system": f"You are the Zoho Scout of Sergas.\n{RULES}",
            "blocks": [Block("account", {"id": "a1", "name": "Acme"})],
            "schema": FACTS,
            "tools": cast(Toolbox, box),
            "rounds": 4,
            **more,
        }
    )


@dataclass
class Heard:
    """What a listener was told."""

    tools: list[str] = field(default_factory=list)
    values: list[Mapping[str, Any]] = field(default_factory=list)

    async def using(self, tool: str) -> None:
        self.tools.append(tool)

    async def said(self, value: Mapping[str, Any]) -> None:
        self.values.append(value)


class Stage:
    """`restarted()` gives a Claude of new objects over the same database, as after a restart."""

    def __init__(self, sandbox: ClaudeSandbox, database: Database, clock: Clock) -> None:
        self.sandbox = sandbox
        self.database = database
        self.clock = clock
        self.ticks = 0.0
        self._open: list[AnthropicApi] = []
        self.claude = self.restarted()

    def restarted(
        self,
        *,
        ceilings: BudgetCeilings | None = None,
        key: str | None = None,
        url: str | None = None,
        prices: Mapping[str, str] | None = None,
        **policy: Any,
    ) -> Claude:
        more = parse_prices(",".join(f"{model}={price}" for model, price in (prices or {}).items()))
        access = Access(key=key or self.sandbox.api_key, url=url or self.sandbox.url, timeout=20, no_proxy=LOOPBACK)
        self.api = AnthropicApi(access, sleep=self.clock.sleep)
        self._open.append(self.api)
        self.ledger = Ledger(self.database, self.clock)
        self.budget = Budget(
            self.database, self.clock, ceilings=ceilings or BudgetCeilings(), prices={**PRICES, **more}
        )
        self.circuit = Circuit(failures=3, pause_seconds=60, ticks=lambda: self.ticks)
        self.claude = Claude(self.api, self.ledger, self.budget, self.circuit, policy=ClaudePolicy(**policy))
        return self.claude

    async def calls(self, trace: str = SCOPE.trace) -> list[ModelCall]:
        async with self.database.reading() as tx:
            return (await tx.model_calls.of_trace(trace))[0]

    async def tool_calls(self, trace: str = SCOPE.trace) -> list[ToolCall]:
        async with self.database.reading() as tx:
            return (await tx.model_calls.of_trace(trace))[1]

    async def close(self) -> None:
        for api in self._open:
            await api.close()

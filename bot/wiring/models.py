"""The model that writes, wired: the API, the ledger, the budget and the circuit breaker behind one interface."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

from agents.model.anthropic_api import Access, AnthropicApi, open_api
from agents.model.batches import Batches
from agents.model.budget import Budget
from agents.model.circuit import Circuit
from agents.model.claude import Claude, ClaudePolicy
from agents.model.ledger import Ledger
from agents.model.question import Models
from agents.ports import Clock
from bot.settings import require
from bot.settings.claude import ClaudeSettings
from integrations.loopback import LOOPBACK
from store.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelDesk:
    """`claude` answers at once, `batches` (if turned on) answers requests that can wait, and `names` maps purposes to models. App
    Home and `sergas doctor` read the others."""

    claude: Claude
    batches: Batches | None
    names: Models
    ledger: Ledger
    budget: Budget
    circuit: Circuit
    api: AnthropicApi


def uses_claude(claude: ClaudeSettings) -> bool:
    """Whether a model writes, or only the playbook. Raises: SettingError if Claude should write but has no key."""
    if claude.author == "claude":
        require(claude, "api_key")
    return claude.author == "claude" or (claude.author == "auto" and bool(claude.api_key.get_secret_value()))


@asynccontextmanager
async def open_model_desk(claude: ClaudeSettings, database: Database, clock: Clock) -> AsyncIterator[ModelDesk | None]:
    """None if the playbook writes. Nothing is loaded or called before the first question.

    Raises: SettingError for a missing key or price.
    """
    if not uses_claude(claude):
        yield None
        return
    budget = Budget(database, clock, ceilings=claude.ceilings, prices=claude.price_list)
    ledger = Ledger(
        database,
        clock,
        answers=timedelta(days=claude.answer_days),
        calls=timedelta(days=claude.call_days),
    )
    circuit = Circuit()
    async with open_api(access_of(claude)) as api:
        yield ModelDesk(
            claude=Claude(api, ledger, budget, circuit, policy=policy_of(claude)),
            batches=Batches(api, ledger, budget, policy=policy_of(claude)) if claude.batches else None,
            names=Models(small=claude.small, strong=claude.strong),
            ledger=ledger,
            budget=budget,
            circuit=circuit,
            api=api,
        )


def access_of(claude: ClaudeSettings) -> Access:
    return Access(
        key=claude.api_key.get_secret_value(),
        url=claude.url,
        timeout=claude.timeout_seconds,
        no_proxy=LOOPBACK,
    )


def policy_of(claude: ClaudeSettings) -> ClaudePolicy:
    effort = "" if claude.effort == "off" else claude.effort
    return ClaudePolicy(effort=effort, input_tokens=claude.input_tokens)

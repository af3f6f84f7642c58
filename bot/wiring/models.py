"""The model that writes, as the settings name it: the API, the ledger, the budget and the circuit behind one desk."""

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
from bot.settings import Settings, require
from integrations.loopback import LOOPBACK
from store.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelDesk:
    """`claude` answers, `batches` what can wait, where that is wanted; `names` says which model is for what. The others are what
    App Home and `sergas doctor` look at."""

    claude: Claude
    batches: Batches | None
    names: Models
    ledger: Ledger
    budget: Budget
    circuit: Circuit
    api: AnthropicApi


def uses_claude(settings: Settings) -> bool:
    """Whether a model writes, or the playbook alone. Raises: SettingError where Claude is to write and has no key."""
    if settings.author == "claude":
        require(settings, "anthropic_api_key")
    return settings.author == "claude" or (
        settings.author == "auto" and bool(settings.anthropic_api_key.get_secret_value())
    )


@asynccontextmanager
async def open_model_desk(settings: Settings, database: Database, clock: Clock) -> AsyncIterator[ModelDesk | None]:
    """None where the playbook writes. Nothing is loaded or reached before the first question.

    Raises: SettingError for a key or a price that is missing.
    """
    if not uses_claude(settings):
        yield None
        return
    budget = Budget(database, clock, ceilings=settings.ceilings, prices=settings.prices)
    ledger = Ledger(
        database,
        clock,
        answers=timedelta(days=settings.model_answer_days),
        calls=timedelta(days=settings.model_call_days),
    )
    circuit = Circuit()
    async with open_api(access_of(settings)) as api:
        yield ModelDesk(
            claude=Claude(api, ledger, budget, circuit, policy=policy_of(settings)),
            batches=Batches(api, ledger, budget, policy=policy_of(settings)) if settings.model_batches else None,
            names=Models(small=settings.model_small, strong=settings.model_strong),
            ledger=ledger,
            budget=budget,
            circuit=circuit,
            api=api,
        )


def access_of(settings: Settings) -> Access:
    return Access(
        key=settings.anthropic_api_key.get_secret_value(),
        url=settings.anthropic_url,
        timeout=settings.anthropic_timeout_seconds,
        no_proxy=LOOPBACK,
    )


def policy_of(settings: Settings) -> ClaudePolicy:
    effort = "" if settings.model_effort == "off" else settings.model_effort
    return ClaudePolicy(effort=effort, input_tokens=settings.model_input_tokens)

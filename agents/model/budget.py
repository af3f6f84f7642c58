"""The model budget: each call reserves its maximum cost first, and settles once its real cost is known.

The sums are in the database, shared by all processes and kept over restarts. A dead process's reservations count as spent,
since they may have been.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

import structlog

from agents.model.question import Scope
from agents.ports import Clock
from store.database import Database
from store.domain.errors import BudgetSpent, SettingError
from store.domain.running.model_calls import (
    Amount,
    BudgetCeilings,
    Exceeded,
    ModelCall,
    Price,
    Spending,
    Usage,
    exceeded,
)

log = structlog.get_logger()

_ON = {"account": "for this account today", "morning": "for this brief or conversation", "day": "for today"}


class Budget:
    """`ceilings` apply per account, per person who asks and in total since midnight UTC, and per brief or conversation."""

    def __init__(
        self, database: Database, clock: Clock, *, ceilings: BudgetCeilings, prices: Mapping[str, Price]
    ) -> None:
        self._database = database
        self._clock = clock
        self._prices = prices
        self.ceilings = ceilings

    def cost(self, model: str, usage: Usage, *, batch: bool = False) -> Amount:
        """Raises: SettingError for a model that has no price."""
        if model not in self._prices:
            raise SettingError("SERGAS_MODEL_PRICES", f"has no price for the model {model}; add it.")
        return Amount(tokens=usage.total, usd=self._prices[model].of(usage, batch=batch))

    async def reserve(self, scope: Scope, calls: Sequence[ModelCall]) -> None:
        """Record these calls of one scope as open, each with its maximum cost. Raises: BudgetSpent."""
        asked = sum((call.amount for call in calls), Amount())
        async with self._database.transaction(urgent=True) as tx:
            await tx.model_calls.take_turn()
            spent = await tx.model_calls.spending(
                account_id=scope.account_id,
                trace=scope.trace,
                since=day_of(self._clock.now()),
                asked_by=scope.asked_by,
            )
            over = exceeded(self._ceilings_of(scope), spent, asked)
            if over is None:
                await tx.model_calls.add(calls)
        if over is not None:
            log.warning("budget.spent", on=over.on, unit=over.unit, trace=scope.trace, account_id=scope.account_id)
            raise BudgetSpent(_sentence(over), on=over.on)

    def _ceilings_of(self, scope: Scope) -> BudgetCeilings:
        """The bot's own work has no share of one person."""
        return self.ceilings if scope.asked_by else replace(self.ceilings, person=Amount())

    async def spent(self, scope: Scope) -> Spending:
        """The amount spent so far, with open reservations."""
        async with self._database.reading() as tx:
            return await tx.model_calls.spending(
                account_id=scope.account_id,
                trace=scope.trace,
                since=day_of(self._clock.now()),
                asked_by=scope.asked_by,
            )

    def settled(self, call: ModelCall, usage: Usage) -> ModelCall:
        """The call with its real cost."""
        return replace(call, usage=usage, amount=self.cost(call.model, usage, batch=call.batch is not None))


def day_of(now: datetime) -> datetime:
    """The start of the budget's day, in UTC."""
    return now.replace(hour=0, minute=0, second=0, microsecond=0)


def _sentence(over: Exceeded) -> str:
    if over.on == "person":  # the one who asked reads it, and can't change the setting
        return "You have used your share of today's Claude budget."
    setting = f"SERGAS_MODEL_{over.on.upper()}_{over.unit.upper()}"
    return f"The Claude budget {_ON[over.on]} is used up for now ({setting})."

"""What may be spent: reserved before a call, settled after it, and counted by all processes together."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from agents.model.budget import Budget
from agents.model.question import Scope
from store.domain.errors import BudgetSpent, ModelUnavailable, SettingError
from store.domain.running.model_calls import Amount, BudgetCeilings, CallState, ModelCall, Usage
from tests.agents.claude_stage import PRICES, SCOPE, STRONG, Stage, reviewing

CENT = Amount(tokens=100, usd=0.01)


def call(stage: Stage, scope: Scope = SCOPE, amount: Amount = CENT) -> ModelCall:
    return replace(stage.ledger.call(reviewing(), scope), amount=amount)


def budget(stage: Stage, **ceilings: Amount) -> Budget:
    return Budget(stage.database, stage.clock, ceilings=BudgetCeilings(**ceilings), prices=PRICES)


@pytest.mark.parametrize(
    ("on", "words"),
    [
        ("account", "for this account today"),
        ("morning", "for this brief or conversation"),
        ("day", "for today"),
    ],
)
@pytest.mark.parametrize("unit", ["tokens", "usd"])
async def test_a_ceiling_lets_through_what_fits_and_names_its_setting(
    any_stage: Stage, on: str, unit: str, words: str
) -> None:
    tight = budget(any_stage, **{on: Amount(tokens=250) if unit == "tokens" else Amount(usd=0.025)})
    for _ in range(2):
        await tight.reserve(SCOPE, [call(any_stage)])
    with pytest.raises(BudgetSpent, match=words) as raised:
        await tight.reserve(SCOPE, [call(any_stage)])
    assert raised.value.on == on
    assert f"SERGAS_MODEL_{on.upper()}_{unit.upper()}" in str(raised.value)
    assert len(await any_stage.calls()) == 2


async def test_each_account_and_each_morning_has_its_own(any_stage: Stage) -> None:
    tight = budget(any_stage, account=CENT, morning=Amount(tokens=200))
    others = [Scope(trace="brief-1", owner_id="anna", account_id="a2"), Scope(trace="brief-2", owner_id="ben")]
    for scope in (SCOPE, *others):
        await tight.reserve(scope, [call(any_stage, scope)])
    with pytest.raises(BudgetSpent) as raised:
        await tight.reserve(SCOPE, [call(any_stage)])
    assert raised.value.on == "morning"


async def test_one_person_spends_no_more_than_their_share(any_stage: Stage) -> None:
    tight = budget(any_stage, person=Amount(usd=0.02), day=Amount(usd=0.06))
    annas, bens = (Scope(trace=f"talk-{who}", owner_id=who, asked_by=who) for who in ("anna", "ben"))
    tried = await asyncio.gather(
        *(tight.reserve(annas, [call(any_stage, annas)]) for _ in range(24)), return_exceptions=True
    )
    spent = [each for each in tried if isinstance(each, BudgetSpent)]
    assert len(spent) == 22
    assert {(each.on, str(each)) for each in spent} == {
        ("person", "You have used your share of today's Claude budget.")
    }
    await tight.reserve(bens, [call(any_stage, bens)])
    await tight.reserve(SCOPE, [call(any_stage)])  # the bot's own work, on Anna's accounts


async def test_what_belongs_to_no_account_is_counted_for_none(stage: Stage) -> None:
    nobody = Scope(trace="talk", owner_id="anna")
    tight = budget(stage, account=CENT)
    for _ in range(3):
        await tight.reserve(nobody, [call(stage, nobody)])


async def test_the_next_day_begins_with_nothing_spent(stage: Stage) -> None:
    tight = budget(stage, day=CENT)
    await tight.reserve(SCOPE, [call(stage)])
    stage.clock.advance(hours=17)
    await tight.reserve(Scope(trace="brief-2", owner_id="anna"), [call(stage)])


async def test_many_at_once_do_not_spend_the_same_money_twice(any_stage: Stage) -> None:
    tight = budget(any_stage, day=Amount(usd=0.05))
    tried = await asyncio.gather(*(tight.reserve(SCOPE, [call(any_stage)]) for _ in range(20)), return_exceptions=True)
    assert [type(each) for each in tried if each is not None] == [BudgetSpent] * 15


async def test_what_a_dead_process_had_reserved_counts_as_spent(any_stage: Stage) -> None:
    await budget(any_stage, day=CENT).reserve(SCOPE, [call(any_stage)])
    any_stage.restarted()
    with pytest.raises(BudgetSpent):
        await budget(any_stage, day=CENT).reserve(SCOPE, [call(any_stage)])


async def test_what_a_call_did_not_use_is_there_for_the_next(stage: Stage) -> None:
    await stage.claude.ask(reviewing(), scope=SCOPE)
    (first,) = await stage.calls()
    spent = await stage.budget.spent(SCOPE)
    assert spent.account == spent.morning == spent.day == first.amount
    assert first.amount.tokens == first.usage.total < 6_000


async def test_a_spent_budget_asks_nobody_and_opens_no_circuit(stage: Stage) -> None:
    claude = stage.restarted(ceilings=BudgetCeilings(day=Amount(usd=0.0001)))
    for number in range(4):
        with pytest.raises(BudgetSpent):
            await claude.ask(reviewing(f"Text {number}."), scope=SCOPE)
    assert list(stage.sandbox.calls) == []
    assert not stage.circuit.state.is_open


async def test_a_call_that_failed_costs_nothing(stage: Stage) -> None:
    stage.sandbox.faults.outage()
    with pytest.raises(ModelUnavailable):
        await stage.claude.ask(reviewing(), scope=SCOPE)
    assert (await stage.budget.spent(SCOPE)).day == Amount()
    assert [each.state for each in await stage.calls()] == [CallState.FAILED]


def test_a_model_without_a_price_is_not_asked(stage: Stage) -> None:
    with pytest.raises(SettingError, match="SERGAS_MODEL_PRICES has no price for the model claude-none"):
        stage.budget.cost("claude-none", Usage(plain=1))
    assert stage.budget.cost(STRONG, Usage(plain=1_000_000)).usd == 2.0

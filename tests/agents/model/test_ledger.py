"""What was paid for is not paid for again, and not for longer than it holds."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from agents.flows.records.forget_account import ForgetAccount
from agents.model.ledger import Ledger
from agents.model.question import Block, Scope
from store.domain.running.model_calls import CallState
from tests.agents.claude_stage import SCOPE, SMALL, Stage, reviewing, scouting
from tests.flows.records.test_remember import keep
from tests.store.makers import account

NEXT = Scope(trace="brief-2", owner_id="anna", account_id="a1")


async def test_an_answer_is_used_again_after_a_restart(any_stage: Stage) -> None:
    first = await any_stage.claude.ask(reviewing(), scope=SCOPE)
    again = await any_stage.restarted().ask(reviewing(), scope=SCOPE)
    assert again == replace(first, input_tokens=0, output_tokens=0, usd=0.0, reused=True)
    assert len(any_stage.sandbox.calls) == 1
    assert [each.state for each in await any_stage.calls()] == [CallState.ANSWERED, CallState.REUSED]


async def test_what_a_tool_gave_comes_again_with_the_answer(any_stage: Stage) -> None:
    first = await any_stage.claude.ask(scouting(), scope=SCOPE)
    again = await any_stage.restarted().ask(scouting(), scope=SCOPE)
    assert again.used == first.used != ()
    assert again.value == first.value


async def test_fresh_asks_again(stage: Stage) -> None:
    for _ in range(2):
        assert not (await stage.claude.ask(reviewing(), scope=SCOPE, fresh=True)).reused
    assert len(stage.sandbox.calls) == 2


@pytest.mark.parametrize(
    "change",
    [
        {"model": SMALL},
        {"system": "You are the Compliance Reviewer of Sergas."},
        {"blocks": [Block("recommendations", {"recommendations": [], "earlier": []})]},
        {"max_tokens": 1_999},
    ],
    ids=["model", "system", "data", "length"],
)
async def test_another_question_is_asked(stage: Stage, change: dict[str, Any]) -> None:
    await stage.claude.ask(reviewing(), scope=SCOPE)
    assert not (await stage.claude.ask(reviewing(**change), scope=SCOPE)).reused


async def test_the_same_question_about_another_account_is_asked(stage: Stage) -> None:
    await stage.claude.ask(reviewing(), scope=SCOPE)
    assert not (await stage.claude.ask(reviewing(), scope=replace(SCOPE, account_id="a2"))).reused


async def test_an_answer_without_tools_serves_the_next_brief_too(stage: Stage) -> None:
    """It depends on nothing but its question: where the CRM moved, the question is another."""
    await stage.claude.ask(reviewing(), scope=SCOPE)
    stage.clock.advance(days=1)
    assert (await stage.claude.ask(reviewing(), scope=NEXT)).reused


async def test_an_answer_with_tools_serves_its_own_brief_alone(stage: Stage) -> None:
    await stage.claude.ask(scouting(), scope=SCOPE)
    assert not (await stage.claude.ask(scouting(), scope=NEXT)).reused


async def test_an_answer_with_tools_grows_old_within_its_brief(stage: Stage) -> None:
    await stage.claude.ask(scouting(), scope=SCOPE)
    stage.clock.advance(hours=5)
    assert (await stage.claude.ask(scouting(), scope=SCOPE)).reused
    stage.clock.advance(hours=2)
    assert not (await stage.claude.ask(scouting(), scope=SCOPE)).reused


async def test_answers_go_after_their_days_and_figures_stay(any_stage: Stage) -> None:
    await any_stage.claude.ask(reviewing(), scope=SCOPE)
    any_stage.clock.advance(days=8)
    assert not (await any_stage.claude.ask(reviewing(), scope=NEXT)).reused
    await any_stage.ledger.purge()
    async with any_stage.database.reading() as tx:
        kept = await tx.model_calls.kept(reviewing().digest, "a1", since=any_stage.clock.now() - timedelta(days=99))
    assert [each.trace for each in kept] == ["brief-2"]
    assert len(await any_stage.calls()) == 1


async def test_figures_go_after_two_years(any_stage: Stage) -> None:
    await any_stage.claude.ask(scouting(), scope=SCOPE)
    any_stage.clock.advance(days=731)
    await any_stage.ledger.purge()
    assert (await any_stage.calls(), await any_stage.tool_calls()) == ([], [])


async def test_an_answer_that_comes_after_its_account_was_forgotten_is_not_kept(any_stage: Stage) -> None:
    await keep(any_stage.database, account("a1", name="Acme"))
    asked = any_stage.ledger.call(reviewing(), SCOPE)
    any_stage.clock.advance(seconds=1)
    await ForgetAccount(any_stage.database, any_stage.clock)("a1", by="operator")
    answer = await any_stage.claude.ask(reviewing(), scope=SCOPE, fresh=True)
    anywhere = Scope(trace="talk", owner_id="anna")
    await any_stage.ledger.keep(replace(asked, account_id=""), reviewing("Talk."), answer)
    for question, scope in ((reviewing(), SCOPE), (reviewing("Talk."), anywhere)):
        assert await Ledger(any_stage.database, any_stage.clock).kept(question, scope) is None


async def test_the_figures_of_a_day_count_what_was_reused_and_what_failed(any_stage: Stage) -> None:
    await any_stage.claude.ask(scouting(), scope=SCOPE)
    await any_stage.claude.ask(scouting(), scope=SCOPE)
    any_stage.sandbox.faults.break_json()
    await any_stage.claude.ask(reviewing(), scope=SCOPE)
    figures = await any_stage.ledger.figures(since=any_stage.clock.now() - timedelta(hours=1))
    assert (figures.calls, figures.reused, figures.failed, figures.tools) == (5, 1, 1, 1)
    assert 0 < figures.from_cache < 1
    assert figures.amount.tokens == figures.usage.total
    calls = await any_stage.calls()
    assert figures.amount.usd == pytest.approx(sum(each.amount.usd for each in calls))

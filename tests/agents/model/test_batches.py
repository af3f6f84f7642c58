"""Many questions as one batch: half the price, an answer or a reason for each, and nothing paid twice after a restart."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from agents.model.batches import Asked, Batches
from agents.model.question import Answer, Scope
from integrations.sandbox.claude import Fault, Said
from store.domain.errors import BudgetSpent, ModelRefused, ModelUnavailable
from store.domain.running.model_calls import Amount, BudgetCeilings, CallState
from tests.agents.claude_stage import SCOPE, Stage, reviewing, scouting
from tests.integrations.sandbox_claude.puppet import Puppet

HOUR = 3_600.0


def asked(*accounts: str) -> list[Asked]:
    return [
        (reviewing(f"About {each}."), Scope(trace="brief-1", owner_id="anna", account_id=each)) for each in accounts
    ]


Desk = Callable[[], Batches]


@pytest.fixture
def desk(any_stage: Stage) -> Desk:
    """One more, of new objects over the same database, as after a restart."""

    def ticks() -> float:
        return any_stage.clock.now().timestamp()

    def made() -> Batches:
        any_stage.restarted()
        return Batches(any_stage.api, any_stage.ledger, any_stage.budget, sleep=any_stage.clock.sleep, ticks=ticks)

    return made


def batches_sent(stage: Stage) -> set[str | None]:
    return {call.batch for call in stage.sandbox.calls}


async def test_each_question_gets_its_answer_at_half_the_price(any_stage: Stage, desk: Desk) -> None:
    answers = await desk().ask_many(asked("a1", "a2", "a3"), seconds=HOUR)
    single = await any_stage.claude.ask(asked("a4")[0][0], scope=SCOPE)
    assert [type(each) for each in answers] == [Answer] * 3
    calls = await any_stage.calls()
    assert [each.state for each in calls] == [CallState.ANSWERED] * 4
    assert len({each.batch for each in calls[:3]}) == 1
    for call in calls[:3]:
        full = any_stage.budget.cost(call.model, call.usage).usd
        assert call.amount.usd == pytest.approx(full / 2)
    assert single.usd == pytest.approx(calls[3].amount.usd)


async def test_answers_come_to_the_questions_they_belong_to(any_stage: Stage, desk: Desk) -> None:
    """The service gives them in any order, the sandbox the last first."""
    questions = asked("a1", "a2", "a3")
    answers = await desk().ask_many(questions, seconds=HOUR)
    singly = [await any_stage.claude.ask(question, scope=scope, fresh=True) for question, scope in questions]
    assert [each.value for each in answers if isinstance(each, Answer)] == [each.value for each in singly]


async def test_a_restart_reads_the_batch_that_was_sent_before(any_stage: Stage, desk: Desk) -> None:
    any_stage.sandbox.batch_seconds = HOUR
    late = await desk().ask_many(asked("a1", "a2"), seconds=60)
    assert [type(each) for each in late] == [ModelUnavailable] * 2
    assert "hasn't finished the batch" in str(late[0])
    answers = await desk().ask_many(asked("a1", "a2", "a3"), seconds=3 * HOUR)
    assert [type(each) for each in answers] == [Answer] * 3
    assert len(batches_sent(any_stage)) == 2  # the one from before, and one for a3 alone
    assert len(any_stage.sandbox.calls) == 3


async def test_what_was_answered_is_not_asked_again(any_stage: Stage, desk: Desk) -> None:
    await desk().ask_many(asked("a1"), seconds=HOUR)
    again = await desk().ask_many(asked("a1", "a2"), seconds=HOUR)
    assert [each.reused for each in again if isinstance(each, Answer)] == [True, False]
    assert len(any_stage.sandbox.calls) == 2


async def test_what_is_wrong_with_one_stops_no_other(any_stage: Stage, desk: Desk) -> None:
    fine = Said(value={"verdicts": []})
    any_stage.sandbox.character = Puppet(fine, Fault(kind="error", status=500), Said(refused=True), fine)
    answers = await desk().ask_many(asked("a1", "a2", "a3", "a4"), seconds=HOUR)
    assert [type(each).__name__ for each in answers] == ["Answer", "ApiDown", "ModelRefused", "Answer"]
    assert isinstance(answers[2], ModelRefused)
    assert [each.state for each in await any_stage.calls()] == [
        CallState.ANSWERED,
        CallState.FAILED,
        CallState.DECLINED,
        CallState.ANSWERED,
    ]


async def test_what_no_budget_leaves_room_for_is_not_sent(any_stage: Stage, desk: Desk) -> None:
    await desk().ask_many(asked("a1"), seconds=HOUR)
    (call,) = await any_stage.calls()
    made = desk()
    any_stage.budget.ceilings = BudgetCeilings(account=Amount(usd=call.amount.usd + 0.001))
    answers = await made.ask_many([(reviewing("Other."), asked("a1")[0][1])], seconds=HOUR)
    assert [type(each) for each in answers] == [BudgetSpent]
    assert len(any_stage.sandbox.calls) == 1


async def test_a_batch_whose_sending_is_not_answered_is_not_sent_twice(any_stage: Stage, desk: Desk) -> None:
    any_stage.sandbox.faults.add(Fault(kind="drop"), route="batches")
    answers = await desk().ask_many(asked("a1"), seconds=HOUR)
    assert [str(each) for each in answers] == ["Claude can't be reached; check the network and SERGAS_ANTHROPIC_URL."]
    assert any_stage.sandbox.arrived == 1
    (call,) = await any_stage.calls()
    assert call.state is CallState.LOST
    assert call.amount.usd > 0


async def test_a_batch_that_the_service_refuses_for_now_is_sent_again(any_stage: Stage, desk: Desk) -> None:
    any_stage.sandbox.faults.add(Fault(kind="error", status=529), route="batches")
    answers = await desk().ask_many(asked("a1"), seconds=HOUR)
    assert [type(each) for each in answers] == [Answer]


async def test_a_look_that_fails_is_repeated(any_stage: Stage, desk: Desk) -> None:
    any_stage.sandbox.faults.add(Fault(kind="drop"), route="batches", after=1, times=5)
    assert [type(each) for each in await desk().ask_many(asked("a1"), seconds=HOUR)] == [Answer]


async def test_a_batch_that_is_gone_is_told_and_the_question_asked_anew_next_time(any_stage: Stage, desk: Desk) -> None:
    any_stage.sandbox.batch_seconds = HOUR
    await desk().ask_many(asked("a1"), seconds=1)
    any_stage.sandbox._batches._batches.clear()
    gone = await desk().ask_many(asked("a1"), seconds=HOUR)
    assert [str(each) for each in gone] == ["Claude no longer has this batch."]
    assert [type(each) for each in await desk().ask_many(asked("a1"), seconds=3 * HOUR)] == [Answer]


async def test_a_question_with_tools_is_not_for_a_batch(desk: Desk) -> None:
    with pytest.raises(ValueError, match="use tools"):
        await desk().ask_many([(scouting(), SCOPE)], seconds=HOUR)


async def test_a_forgotten_accounts_batch_is_not_kept(any_stage: Stage, desk: Desk) -> None:
    """The call no longer says what was asked, so that nobody finds it again."""
    any_stage.sandbox.batch_seconds = HOUR
    questions: Sequence[Asked] = asked("a1")
    await desk().ask_many(questions, seconds=1)
    async with any_stage.database.transaction() as tx:
        await tx.holdings.erase("a1")
    (call,) = await any_stage.calls()
    assert (call.account_id, call.question) == ("", "")
    assert await any_stage.ledger.waiting(questions[0][0], replace(SCOPE, account_id="a1")) is None

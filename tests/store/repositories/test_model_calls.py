"""Calls, answers and sums as they stand in the tables."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from store.database import Database
from store.domain.running.model_calls import Amount, CallState, KeptAnswer, ModelCall, Spending, Usage
from tests.bot.commands.test_trace import CALL, USED
from tests.store.makers import NOW

DAY = timedelta(days=1)


def call(id: str, **more: Any) -> ModelCall:
    return replace(CALL, id=id, **more)


async def added(database: Database, *calls: ModelCall) -> None:
    async with database.transaction() as tx:
        await tx.model_calls.add(calls)


async def test_a_call_comes_back_as_it_was_put(database: Database) -> None:
    await added(database, call("one", state=CallState.OPEN, amount=Amount(tokens=9_000, usd=0.09)))
    ended = call("one", batch="msgbatch_1", problem="x", attempts=3)
    async with database.transaction() as tx:
        await tx.model_calls.put(ended)
        await tx.model_calls.add_tools([USED])
    async with database.reading() as tx:
        assert await tx.model_calls.of_trace(CALL.trace) == ([ended], [USED])
        assert await tx.model_calls.of_trace("another") == ([], [])


async def test_calls_of_one_moment_keep_their_order(database: Database) -> None:
    names = [f"call{number}" for number in (9, 3, 7, 1)]
    for name in names:
        await added(database, call(name))
    async with database.reading() as tx:
        calls, _ = await tx.model_calls.of_trace(CALL.trace)
    assert [each.id for each in calls] == names


async def test_spending_is_summed_by_account_trace_and_day(database: Database) -> None:
    cent = Amount(tokens=100, usd=0.01)
    await added(
        database,
        call("one", amount=cent),
        call("of another account", account_id="a2", amount=cent),
        call("of another brief", trace="other", amount=cent),
        call("of yesterday", at=NOW - DAY, amount=cent),
    )
    async with database.reading() as tx:
        spent = await tx.model_calls.spending(account_id="a1", trace=CALL.trace, since=NOW)
        nobody = await tx.model_calls.spending(account_id="", trace="none", since=NOW + DAY)
    assert (spent.account.tokens, spent.morning.tokens, spent.day.tokens) == (200, 300, 300)
    assert round(spent.day.usd, 9) == 0.03
    assert nobody == Spending()


async def test_a_prefix_is_taken_by_its_letters(database: Database) -> None:
    await added(database, call("one", trace="50%off"), call("two", trace="50_off"), call("three", trace="500"))
    async with database.reading() as tx:
        assert await tx.model_calls.traces("50%") == ["50%off"]
        assert await tx.model_calls.traces("50_") == ["50_off"]
        assert set(await tx.model_calls.traces("50")) == {"50%off", "50_off", "500"}


async def test_only_what_waits_in_a_batch_is_waited_for(database: Database) -> None:
    waiting = {"question": "q", "account_id": "a1", "state": CallState.OPEN}
    await added(
        database,
        call("reserved", **waiting),
        call("sent", **waiting, batch="b"),
        call("read", **waiting | {"state": CallState.ANSWERED}, batch="b"),
        call("of another", **waiting | {"account_id": "a2"}, batch="b"),
    )
    async with database.reading() as tx:
        found = await tx.model_calls.waiting("q", "a1")
    assert found is not None
    assert found.id == "sent"


async def test_what_was_kept_long_enough_goes(database: Database) -> None:
    kept = KeptAnswer(call_id="one", question="q", account_id="a1", trace="t", with_tools=False, body="{}", at=NOW)
    await added(database, call("one"), call("old", at=NOW - DAY))
    async with database.transaction() as tx:
        await tx.model_calls.keep(kept)
        await tx.model_calls.keep(replace(kept, call_id="old", at=NOW - DAY))
        assert await tx.model_calls.purge(answers_before=NOW, calls_before=NOW) == 2
    async with database.reading() as tx:
        assert await tx.model_calls.kept("q", "a1", since=NOW - 2 * DAY) == [kept]
        assert [each.id for each in (await tx.model_calls.of_trace(CALL.trace))[0]] == ["one"]


async def test_the_figures_of_no_call_are_nothing(database: Database) -> None:
    async with database.reading() as tx:
        none = await tx.model_calls.figures(since=NOW)
    await added(database, CALL, call("reused", state=CallState.REUSED, usage=Usage(), amount=Amount()))
    async with database.reading() as tx:
        some = await tx.model_calls.figures(since=NOW)
    assert (none.calls, none.reused, none.failed, none.amount) == (0, 0, 0, Amount())
    assert (some.calls, some.reused, some.usage, some.amount) == (2, 1, CALL.usage, CALL.amount)

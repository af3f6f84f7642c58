"""Outcomes from what the sync kept: measured once, remembered, told in the next brief, dropped where the write was taken back."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Engine, event, make_url

from agents.flows.accounts.compose_brief import BriefPolicy, ComposeBrief
from agents.flows.accounts.measure_outcomes import MeasureOutcomes
from integrations.memory.insights import account_insight, look_alike, portfolio_insight
from store.database import Database
from store.domain.crm.accounts import ActivityType, Kind, Pipeline, Stage, StageOutcome
from store.domain.gate.proposals import State
from store.domain.memory.outcomes import Expectation, Movement, Outcome, OutcomeVerdict
from store.domain.memory.passage import MemoryKind
from store.domain.signals.context import SignalPolicy
from store.domain.signals.kinds import SignalKind
from tests.flows.records.test_remember import At, keep, remembered
from tests.store.makers import ANNA, BEN, NOW, account, activity, deal, note, proposal

DAY = timedelta(days=1)
LOST = Pipeline((Stage(name="Qualification", position=1), Stage(name="Lost", position=2, outcome=StageOutcome.LOST)))


async def written(database: Database, id: str = "p1") -> None:
    made = proposal(
        id, lineage=id, key=id, state=State.DONE, done_at=NOW - 5 * DAY, crm_id="t9", created_at=NOW - 6 * DAY
    )
    async with database.transaction() as tx:
        await tx.people.replace([ANNA, BEN])
        await tx.sync.save_pipeline(LOST)
        await tx.proposals.add(made)


async def synced(database: Database, at: datetime = NOW) -> None:
    async with database.transaction() as tx:
        await tx.sync.start_run(at.isoformat(), at)
        await tx.sync.finish_run(at.isoformat(), at)


async def measured(database: Database, at: datetime = NOW) -> list[Outcome]:
    return await MeasureOutcomes(database, At(at))()


async def test_what_followed_is_measured_once_from_what_was_read(database: Database) -> None:
    await written(database)
    await keep(database, account("a1"), activity("c1", "a1", done=True, at=NOW - 3 * DAY))
    assert await measured(database) == []  # nothing was read yet
    await synced(database)
    (outcome,) = await measured(database)
    assert (outcome.verdict, outcome.score, outcome.evidence) == (OutcomeVerdict.IMPROVED, 1.0, ("call:c1#0",))
    assert await measured(database) == []
    async with database.reading() as tx:
        assert await tx.outcomes.of(["p1"]) == {"p1": outcome}


async def test_an_outcome_is_remembered_and_told_in_the_next_brief_of_whoever_owns_the_account_now(
    database: Database,
) -> None:
    await written(database)
    await keep(database, account("a1", BEN), activity("c1", "a1", done=True, at=NOW - 3 * DAY))
    await synced(database)
    await measured(database)
    (passage,) = await remembered(database, "a1", MemoryKind.OUTCOME)
    assert passage.text == (
        "The outcome of our advice “Call Acme”: improved (score 1 of 1). A call followed on 17 Nov 2026."
    )
    compose = ComposeBrief(database, At(), BriefPolicy(signals=SignalPolicy()))
    (told,) = (await compose.preview(BEN.id)).came_of_it
    assert (told.title, told.because, told.evidence) == (
        "Call Acme",
        "A call followed on 17 Nov 2026.",
        ("call:c1#0",),
    )
    assert (await compose.preview(ANNA.id)).came_of_it == ()


async def test_while_the_window_is_open_it_waits_and_then_it_is_flat(database: Database) -> None:
    await written(database)
    await keep(database, account("a1"))
    await synced(database)
    assert await measured(database) == []
    await synced(database, NOW + 20 * DAY)
    assert [each.verdict for each in await measured(database, NOW + 20 * DAY)] == [OutcomeVerdict.FLAT]


async def test_a_write_that_was_taken_back_is_not_measured(database: Database) -> None:
    await written(database)
    await keep(database, account("a1"))
    await synced(database)
    await measured(database)
    async with database.transaction() as tx:
        await tx.proposals.move("p1", frm=[State.DONE], to=State.UNDONE)
    await synced(database, NOW + 20 * DAY)
    assert await measured(database, NOW + 20 * DAY) == []
    async with database.reading() as tx:
        assert await tx.outcomes.open() == []


async def test_what_is_measured_is_not_read_again_however_much_was_ever_written(database: Database) -> None:
    calls = [activity(f"c{number}", "a1", done=True, at=NOW - 3 * DAY) for number in range(30)]
    await keep(database, account("a1"), account("a2"), *calls)
    for number in range(30):
        await written(database, f"p{number}")
    await synced(database)
    assert len(await measured(database)) == 30
    await synced(database, NOW + DAY)
    async with asked(database) as statements:
        assert await measured(database, NOW + DAY) == []
    assert not [each for each in statements if "FROM snapshot" in each or "FROM change" in each]


async def test_an_account_is_read_once_for_all_that_is_expected_of_it(database: Database) -> None:
    await keep(database, account("a1"))
    counts = []
    for number in range(6):
        await written(database, f"p{number}")
        await synced(database, NOW + number * timedelta(hours=1))
        async with asked(database) as statements:
            assert await measured(database, NOW + number * timedelta(hours=1)) == []
        counts.append(sum(each.startswith(("SELECT", "WITH")) for each in statements))
    assert len(set(counts)) == 1
    async with database.reading() as tx:
        assert len(await tx.outcomes.open()) == 6


async def test_an_account_is_read_again_when_something_new_was_read_of_it_and_not_before(database: Database) -> None:
    measure = MeasureOutcomes(database, At(NOW + 20 * DAY))
    await written(database)
    await keep(database, account("a1"), deal("d1", "a1"))
    reads = []
    for days in range(3):
        await synced(database, NOW + days * DAY)
        async with asked(database) as statements:
            assert await measure() == []
        reads.append(sum("snapshot.body" in each for each in statements))
    assert reads[0]
    assert not reads[2]
    await keep(database, activity("c1", deal_id="d1", done=True, at=NOW - 3 * DAY), seen_at=NOW + 3 * DAY)
    await synced(database, NOW + 4 * DAY)
    assert [each.because for each in await measure()] == ["A call followed on 17 Nov 2026."]


async def test_a_meeting_counts_once_it_took_place_though_nothing_new_was_read(database: Database) -> None:
    measure = MeasureOutcomes(database, At(NOW + 20 * DAY))
    await written(database)
    meeting = activity("m1", "a1", type=ActivityType.EVENT, at=NOW + 3 * DAY, ends_at=NOW + 3 * DAY)
    await keep(database, account("a1"), meeting)
    for days, told in ((0, []), (2, []), (4, ["A meeting followed on 23 Nov 2026."])):
        await synced(database, NOW + days * DAY)
        assert [each.because for each in await measure()] == told


async def test_a_window_ends_though_nothing_new_was_read(database: Database) -> None:
    measure = MeasureOutcomes(database, At(NOW + 20 * DAY))
    await written(database)
    await keep(database, account("a1"))
    for days, told in ((0, []), (2, []), (20, [OutcomeVerdict.FLAT])):
        await synced(database, NOW + days * DAY)
        assert [each.verdict for each in await measure()] == told


async def test_what_was_written_lately_is_found_by_index(sqlite_database: Database, sqlite_url: str) -> None:
    await written(sqlite_database)
    async with asked(sqlite_database) as statements, sqlite_database.reading() as tx:
        assert [each.id for each in await tx.outcomes.unexpected(since=NOW - 6 * DAY)] == ["p1"]
        assert await tx.outcomes.unexpected(since=NOW) == []
    with closing(sqlite3.connect(str(make_url(sqlite_url).database))) as connection:
        plan = str(connection.execute(f"EXPLAIN QUERY PLAN {statements[-1]}", ["x"] * 5).fetchall())
    assert "ix_proposal_state_done_at (state=? AND done_at>?)" in plan


@asynccontextmanager
async def asked(database: Database) -> AsyncIterator[list[str]]:
    """The statements that the database is sent meanwhile."""
    sent: list[str] = []

    def note_down(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        sent.append(statement.lstrip())

    event.listen(Engine, "before_cursor_execute", note_down)
    try:
        yield sent
    finally:
        event.remove(Engine, "before_cursor_execute", note_down)


async def test_the_past_of_many_accounts_is_counted(database: Database) -> None:
    await written(database)
    await keep(database, account("a1"), deal("d1", "a1"), deal("d2", "a1"))
    await keep(database, deal("d1", "a1", stage="Lost", modified_at=NOW - DAY))
    await synced(database)
    await measured(database)
    insights = await portfolio_insight(database, ["a1", "a2"], now=NOW)
    assert insights.accounts == 2
    (signal,) = insights.signals
    assert (signal.signal, signal.lost_after, signal.lost, signal.won) == (SignalKind.NO_ACTIVITY, 1, 1, 0)
    (action,) = insights.actions
    assert (action.improved, action.flat, action.worse) == (0, 0, 1)


async def test_the_history_of_an_account_holds_what_happened_and_what_was_advised(database: Database) -> None:
    await written(database)
    await keep(database, account("a1"), activity("c1", "a1", done=True, at=NOW - 3 * DAY))
    await synced(database)
    await measured(database)
    await remembered(database)
    insight = await account_insight(database, "a1", now=NOW + timedelta(hours=1))
    assert insight is not None
    assert insight.engagement[-1].calls == 1
    assert [each.verdict for each in insight.advice] == [OutcomeVerdict.IMPROVED]
    async with database.reading() as tx:
        assert [each.kind for each in await tx.memory.timeline("a1")] == ["outcome", "call", "recommendation"]
    assert await look_alike(database, ["a1"]) == ()


async def test_what_looks_alike_on_an_account_is_told_as_a_pair(database: Database) -> None:
    said = "They asked for the offer again and want it before the summer."
    await keep(database, account("a1"), *(replace(note(id, "a1"), text=said) for id in ("n1", "n2")), note("n3", "a1"))
    (pair,) = await look_alike(database, ["a1"])
    assert (pair.kind, pair.one, pair.other) == (Kind.NOTE, "n1", "n2")
    assert await look_alike(database, ["a2"]) == ()


async def test_completing_a_task_about_the_bots_own_task_is_no_success(database: Database) -> None:
    """The advice came from a release that made such tasks, and that expected something of them."""
    await written(database)  # made the task t9
    nested = proposal("p2", lineage="p2", key="p2", state=State.DONE, done_at=NOW - 4 * DAY, crm_id="t10")
    cited = replace(nested.recommendation.evidence[0], kind=Kind.ACTIVITY, record_id="t9", change_id=None)
    advice = replace(nested.recommendation, signals=(SignalKind.TASK_OVERDUE,), evidence=(cited,))
    window = Expectation(
        proposal_id="p2", account_id="a1", movement=Movement.TASK, record_id="t10", since=NOW - 4 * DAY, until=NOW + DAY
    )
    async with database.transaction() as tx:
        await tx.proposals.add(replace(nested, recommendation=advice))
        await tx.outcomes.expect([window])
    done = activity("t10", "a1", type=ActivityType.TASK, done=True, done_at=NOW - DAY, at=NOW - DAY)
    await keep(database, account("a1"), done, activity("c1", "a1", done=True, at=NOW - 3 * DAY))
    for day in (0, 1, 20):
        await synced(database, NOW + day * DAY)
        told = await measured(database, NOW + day * DAY)
        assert [each.proposal_id for each in told] == (["p1"] if day == 0 else [])
    async with database.reading() as tx:
        assert (await tx.outcomes.unexpected(since=NOW - 60 * DAY), await tx.outcomes.open()) == ([], [])


async def test_what_happened_is_credited_to_one_write_and_never_held_against_the_others(database: Database) -> None:
    for number in range(3):
        await written(database, f"p{number}")
    await keep(database, account("a1"), activity("c1", "a1", done=True, at=NOW - 3 * DAY))
    await synced(database)
    assert [each.verdict for each in await measured(database)] == [OutcomeVerdict.IMPROVED]
    await synced(database, NOW + 20 * DAY)
    assert await measured(database, NOW + 20 * DAY) == []
    async with database.reading() as tx:
        assert await tx.outcomes.open() == []


async def test_what_happens_on_the_day_of_the_approval_is_no_outcome(database: Database) -> None:
    await written(database)  # on a Sunday: its owner works again on Monday
    await keep(database, account("a1"), activity("c1", "a1", done=True, at=NOW - 5 * DAY + timedelta(hours=2)))
    await synced(database)
    assert await measured(database) == []
    await synced(database, NOW + 20 * DAY)
    assert [each.verdict for each in await measured(database, NOW + 20 * DAY)] == [OutcomeVerdict.FLAT]

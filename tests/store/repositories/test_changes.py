"""Changes: noticed once, filed under their account, those of deals without one under their deals."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine, event, make_url

from store.database import Database
from store.domain.crm.accounts import Entity, Kind
from store.domain.crm.changes import Change, ChangeKind, diff
from tests.store.makers import BEN, NOW, account, activity, deal, note

DAY = timedelta(days=1)


def moved(id: str, account_id: str | None = None, *, at: datetime = NOW, **fields: Any) -> Change:
    base = diff(deal("d1", "a1"), deal("d1", "a1", stage="Won"), seen_at=NOW)[0]
    return replace(base, id=id, account_id=account_id, at=at, seen_at=at, **fields)


async def kept(database: Database, *changes: Change, records: tuple[Entity, ...] = ()) -> list[Change]:
    async with database.transaction() as tx:
        await tx.snapshots.upsert(records, seen_at=NOW)
        return await tx.changes.add(changes)


async def test_a_change_seen_again_is_not_new(database: Database) -> None:
    first, second = moved("1", "a1"), moved("2", "a1", before=None)
    assert await kept(database, first, first) == [first]
    assert await kept(database, first, second) == [second]
    async with database.reading() as tx:
        assert await tx.changes.for_record(Kind.DEAL, "d1") == [first, second]
        assert await tx.changes.for_record(Kind.ACCOUNT, "d1") == []


async def test_changes_come_by_account_the_oldest_first(database: Database) -> None:
    await kept(database, moved("late", "a1"), moved("early", "a1", at=NOW - DAY), moved("a2", "a2"), moved("a3", "a3"))
    async with database.reading() as tx:
        found = await tx.changes.since(["a1", "a2", "quiet", ""], at_or_seen_after=NOW - DAY)
    assert {key: [change.id for change in changes] for key, changes in found.items()} == {
        "a1": ["early", "late"],
        "a2": ["a2"],
    }


async def test_a_change_counts_that_happened_or_was_noticed_since(database: Database) -> None:
    long_ago = NOW - 9 * DAY
    noticed_now = replace(moved("noticed", "a1", at=long_ago), seen_at=NOW)
    noticed_early = replace(moved("happened", "a1", at=NOW), seen_at=long_ago)
    await kept(database, noticed_now, noticed_early, moved("old", "a1", at=long_ago))
    async with database.reading() as tx:
        found = await tx.changes.since(["a1"], at_or_seen_after=NOW)
    assert [change.id for change in found["a1"]] == ["noticed", "happened"]


async def test_what_hangs_on_a_deal_is_filed_under_the_account_of_the_deal(database: Database) -> None:
    records = (
        account("b1", BEN),
        deal("mine", "b1"),
        deal("loose", None),
        deal("bens", "b1", BEN),
        activity("t1", deal_id="mine"),
        note("n1", deal_id="loose"),
    )
    await kept(
        database,
        moved("deal", "b1", record_id="mine"),
        moved("call", record_kind=Kind.ACTIVITY, record_id="t1"),
        moved("note", record_kind=Kind.NOTE, record_id="n1", kind=ChangeKind.CREATED),
        moved("loose", record_id="loose"),
        moved("bens", "b1", record_id="bens"),
        records=records,
    )
    async with database.reading() as tx:
        found = await tx.changes.since([""], at_or_seen_after=NOW, deal_ids=["mine", "loose"])
    assert {key: {change.id for change in changes} for key, changes in found.items()} == {
        "b1": {"deal", "call"},
        "": {"note", "loose"},
    }


async def test_no_look_at_what_changed_goes_through_all_changes_ever_made(
    sqlite_database: Database, sqlite_url: str
) -> None:
    asked: list[tuple[str, Any]] = []

    def note_down(_connection: object, _cursor: object, statement: str, values: Any, *_: object) -> None:
        if "FROM change" in statement:
            asked.append((statement, values))

    event.listen(Engine, "before_cursor_execute", note_down)
    try:
        async with sqlite_database.reading() as tx:
            await tx.changes.since(["a1"], at_or_seen_after=NOW, deal_ids=["d1"])
    finally:
        event.remove(Engine, "before_cursor_execute", note_down)
    with closing(sqlite3.connect(str(make_url(sqlite_url).database))) as connection:
        plans = [
            connection.execute(f"EXPLAIN QUERY PLAN {statement}", values).fetchall() for statement, values in asked
        ]
    assert len(plans) == 2
    assert [step for plan in plans for *_, step in plan if step.startswith("SCAN")] == []

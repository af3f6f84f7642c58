"""The audit trail in the store: only ever longer, and every tampering is seen."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

from store.database import Database
from store.domain.gate.audit import GENESIS, AuditAnchor, AuditEntry
from store.domain.gate.audit_walk import AuditReport
from tests.store.makers import NOW

DROP_TRIGGERS = {
    "sqlite": [f"DROP TRIGGER audit_no_{event}" for event in ("update", "delete", "insert")],
    "postgresql": ["DROP TRIGGER audit_no_change ON audit"],
}


async def write(database: Database, number: int, **detail: object) -> AuditEntry:
    async with database.transaction() as tx:
        return await tx.audit.append(
            at=NOW + timedelta(seconds=number),
            actor="u-anna",
            action="proposal.approved",
            subject=f"p{number}",
            detail=detail or {"version": number, "who": "Zoë — 試験"},
            request_id=f"r{number}",
        )


async def verified(database: Database, *anchors: AuditAnchor) -> AuditReport:
    async with database.reading() as tx:
        return await tx.audit.verify(anchors=stream(*anchors))


async def stream(*anchors: AuditAnchor) -> AsyncIterator[AuditAnchor]:
    for anchor in anchors:
        yield anchor


def tamper(url: str, *statements: str, drop_triggers: bool = True) -> None:
    """Change the table behind our back, as somebody with the database's password could."""
    engine = create_engine(url.replace("+aiosqlite", ""))
    with engine.begin() as connection:
        for statement in [*(DROP_TRIGGERS[engine.dialect.name] if drop_triggers else []), *statements]:
            connection.execute(text(statement))
    engine.dispose()


async def test_entries_are_numbered_and_chained_and_come_back_as_written(database: Database) -> None:
    written = [await write(database, number) for number in range(1, 4)]
    assert [entry.seq for entry in written] == [1, 2, 3]
    assert [entry.previous for entry in written] == [GENESIS, written[0].hash, written[1].hash]
    async with database.reading() as tx:
        assert await tx.audit.entries() == written
        assert await tx.audit.entries(newest_first=True, limit=2) == [written[2], written[1]]
        assert await tx.audit.entries(subject="p2") == [written[1]]
        assert await tx.audit.entries(since=NOW + timedelta(seconds=2)) == written[1:]
        assert [entry.seq async for entry in tx.audit.written(until=NOW + timedelta(seconds=2))] == [1]
        assert [entry.seq async for entry in tx.audit.written(newest_first=True, limit=2)] == [3, 2]
        assert await tx.audit.head() == AuditAnchor(3, written[2].hash)


async def test_an_untouched_trail_verifies(database: Database) -> None:
    assert await verified(database) == AuditReport(ok=True, entries=0, head=GENESIS)
    last = [await write(database, number) for number in range(1, 4)][-1]
    assert await verified(database) == AuditReport(ok=True, entries=3, head=last.hash)


async def test_appending_at_once_leaves_no_gap_and_no_fork(database: Database) -> None:
    await asyncio.gather(*(write(database, number) for number in range(1, 31)))
    report = await verified(database)
    assert report.ok
    assert report.entries == 30


async def test_an_entry_of_a_failed_transaction_leaves_no_trace(database: Database) -> None:
    await write(database, 1)

    async def append_and_fail() -> None:
        async with database.transaction() as tx:
            await tx.audit.append(at=NOW, actor="a", action="b", subject="c", detail={}, request_id="d")
            raise LookupError

    with pytest.raises(LookupError):
        await append_and_fail()
    await write(database, 2)
    assert (await verified(database)).entries == 2


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET actor = 'u-eve' WHERE seq = 1",
        "UPDATE audit SET actor = actor",
        "DELETE FROM audit WHERE seq = 2",
        "DELETE FROM audit",
    ],
)
async def test_the_database_refuses_to_change_or_remove_entries(
    database: Database, database_url: str, statement: str
) -> None:
    await write(database, 1)
    last = await write(database, 2)
    with pytest.raises(DBAPIError, match="append-only"):
        tamper(database_url, statement, drop_triggers=False)
    assert await verified(database) == AuditReport(ok=True, entries=2, head=last.hash)


@pytest.mark.postgres
async def test_postgres_refuses_to_truncate(postgres_url: str) -> None:
    with pytest.raises(DBAPIError, match="append-only"):
        tamper(postgres_url, "TRUNCATE audit", drop_triggers=False)


async def test_sqlite_refuses_to_replace_an_entry_by_inserting(sqlite_database: Database, sqlite_url: str) -> None:
    await write(sqlite_database, 1)
    with pytest.raises(DBAPIError, match="append-only"):
        tamper(
            sqlite_url,
            "INSERT OR REPLACE INTO audit SELECT seq, at, 'u-eve', action, subject, detail, request_id, previous, hash FROM audit",
            drop_triggers=False,
        )


SWAP = (
    "UPDATE audit SET seq = -2 WHERE seq = 2",
    "UPDATE audit SET seq = 2 WHERE seq = 3",
    "UPDATE audit SET seq = 3 WHERE seq = -2",
)
INSERT = (
    "UPDATE audit SET seq = seq + 10 WHERE seq >= 2",
    "UPDATE audit SET seq = seq - 9 WHERE seq >= 12",
    "INSERT INTO audit SELECT 2, at, actor, action, subject, detail, request_id, previous, hash FROM audit WHERE seq = 1",
)
EDITS = {
    column: (f"UPDATE audit SET {column} = {value} WHERE seq = 2",)
    for column, value in {
        "at": "'2026-11-20 09:00:00.000000+00:00'",
        "actor": "'u-eve'",
        "action": "'proposal.rejected'",
        "subject": "'p9'",
        "detail": "'{}'",
        "request_id": "'r9'",
        "previous": f"'{'1' * 64}'",
        "hash": f"'{'2' * 64}'",
    }.items()
}


@pytest.mark.parametrize(
    ("statements", "problem"),
    [
        *(pytest.param(edit, "Entry 2 ", id=f"edit {column}") for column, edit in EDITS.items()),
        pytest.param(("UPDATE audit SET detail = 'no' WHERE seq = 2",), "Entry 2 was changed", id="break the detail"),
        pytest.param(("DELETE FROM audit WHERE seq = 2",), "Entry 2 is missing", id="delete"),
        pytest.param(SWAP, "does not follow", id="reorder"),
        pytest.param(INSERT, "Entry 2 ", id="insert"),
    ],
)
async def test_tampering_is_found_at_the_entry_it_starts_with(
    database: Database, database_url: str, statements: tuple[str, ...], problem: str
) -> None:
    first = await write(database, 1)
    for number in range(2, 5):
        await write(database, number)
    tamper(database_url, *statements)
    report = await verified(database)
    assert not report.ok
    assert report.first_bad == 2
    assert report.head == first.hash
    assert problem in (report.problem or "")


async def test_a_cut_tail_is_seen_against_a_head_noted_outside(database: Database, database_url: str) -> None:
    entries = [await write(database, number) for number in range(1, 4)]
    noted = AuditAnchor(3, entries[-1].hash)
    assert (await verified(database, noted)).ok
    tamper(database_url, "DELETE FROM audit WHERE seq = 3")
    assert (await verified(database)).ok, "a chain alone cannot see this"
    report = await verified(database, noted)
    assert not report.ok
    assert report.first_bad == 3


async def test_detail_that_is_not_json_is_refused(sqlite_database: Database) -> None:
    with pytest.raises(TypeError):
        await write(sqlite_database, 1, when=NOW)
    with pytest.raises(ValueError, match="JSON compliant"):
        await write(sqlite_database, 1, amount=float("nan"))

"""The database as such: all or nothing, reading that cannot write, and errors in one sentence without secrets."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

from store.database import Database
from store.domain.crm.accounts import Kind, Person
from store.domain.errors import SettingError, StoreUnavailable
from tests.store.makers import ANNA, NOW, account


async def test_what_a_failed_transaction_wrote_is_gone(database: Database) -> None:
    async def write_and_fail() -> None:
        async with database.transaction() as tx:
            await tx.people.replace([ANNA])
            raise LookupError

    with pytest.raises(LookupError):
        await write_and_fail()
    async with database.reading() as tx:
        assert await tx.people.all() == []


async def test_a_transaction_is_not_seen_before_it_ends(database: Database) -> None:
    async with database.transaction() as tx:
        await tx.people.replace([ANNA])
        async with database.reading() as other:
            assert await other.people.all() == []
    async with database.reading() as tx:
        assert await tx.people.all() == [ANNA]


async def test_a_reader_sees_one_state_while_others_write(database: Database) -> None:
    async with database.reading() as reader:
        assert await reader.people.all() == []
        async with database.transaction() as tx:
            await tx.people.replace([ANNA])
        assert await reader.people.all() == []


async def test_a_reader_whose_questions_go_to_the_driver_sees_one_state_too(database: Database) -> None:
    async with database.reading() as reader:
        assert await reader.snapshots.account_ids([ANNA.id]) == []
        async with database.transaction() as tx:
            await tx.snapshots.upsert([account("a1")], seen_at=NOW)
        assert await reader.snapshots.account_ids([ANNA.id]) == []
    async with database.reading() as tx:
        assert await tx.snapshots.account_ids([ANNA.id]) == ["a1"]


async def test_a_statement_takes_one_trip_to_the_thread_of_sqlite(
    sqlite_database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    async with sqlite_database.transaction() as tx:
        await tx.people.replace([ANNA])
        with caplog.at_level(logging.DEBUG, logger="aiosqlite"):
            assert await tx.people.all() == [ANNA]
    assert sum(record.getMessage().startswith("executing") for record in caplog.records) == 1


@pytest.mark.postgres
async def test_a_connection_that_the_server_gave_up_is_made_anew(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = Database(postgres_url)
    try:
        async with database.reading() as tx:
            assert await tx.people.all() == []
        _cut_off(postgres_url)
        with pytest.raises(StoreUnavailable):  # it was in use a moment ago, so nobody asks whether it still lives
            await _people(database)
        assert await _people(database) == []

        _cut_off(postgres_url)
        monkeypatch.setattr("store.engines.TRUSTED_SECONDS", 0.0)
        assert await _people(database) == []
    finally:
        await database.close()


async def _people(database: Database) -> list[Person]:
    async with database.reading() as tx:
        return await tx.people.all()


def _cut_off(url: str) -> None:
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE pid <> pg_backend_pid() AND datname = current_database()"
        )


async def test_reading_cannot_write(database: Database) -> None:
    async def write() -> None:
        async with database.reading() as tx:
            await tx.people.replace([ANNA])

    for _ in range(2):
        with pytest.raises((DBAPIError, StoreUnavailable)):
            await write()
        async with database.transaction() as tx:  # the connection goes back as it came
            await tx.people.replace([ANNA])


async def test_writers_lose_no_update(database: Database) -> None:
    async def increase() -> None:
        async with database.transaction() as tx:
            await tx.audit.append(at=NOW, actor="a", action="b", subject="c", detail={}, request_id="d")

    await asyncio.gather(*(increase() for _ in range(40)))
    async with database.reading() as tx:
        assert [entry.seq for entry in await tx.audit.entries()] == list(range(1, 41))


async def test_what_was_committed_is_there_after_reopening(database: Database, database_url: str) -> None:
    async with database.transaction() as tx:
        await tx.snapshots.upsert([account("a1")], seen_at=NOW)
    await database.close()
    again = Database(database_url)
    async with again.reading() as tx:
        assert await tx.snapshots.entity(Kind.ACCOUNT, "a1") == account("a1")
    await again.close()


async def test_a_full_disk_is_told_in_one_sentence_and_keeps_nothing(sqlite_url: str) -> None:
    engine = create_engine(sqlite_url.replace("+aiosqlite", ""))
    with engine.connect() as connection:
        pages = connection.execute(text("PRAGMA page_count")).scalar_one()
    engine.dispose()
    database = Database(sqlite_url)

    async def fill() -> None:
        async with database.transaction() as tx:
            await tx.sync._connection.exec_driver_sql(f"PRAGMA max_page_count={pages + 1}")
            await tx.snapshots.upsert([account(f"a{n}", description="x" * 2000) for n in range(50)], seen_at=NOW)

    with pytest.raises(StoreUnavailable, match="disk is full"):
        await fill()
    async with database.reading() as tx:
        assert (await tx.snapshots.counts())[Kind.ACCOUNT] == 0
    await database.close()


async def test_an_unreachable_server_is_told_without_its_password() -> None:
    database = Database("postgresql+psycopg://sergas:hunter2@127.0.0.1:1/sergas")
    with pytest.raises(StoreUnavailable) as caught:
        async with database.reading():
            pass
    assert "hunter2" not in f"{caught.value!r}{caught.value}{database!r}"
    await database.close()


@pytest.mark.parametrize("url", ["", "nonsense", "mysql://sergas:hunter2@db/sergas", "postgresql://sergas:hunter2"])
def test_another_kind_of_database_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(SettingError) as caught:
        Database(url)
    assert "hunter2" not in str(caught.value)


async def test_a_new_sqlite_file_gets_its_folder(tmp_path: Path) -> None:
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/state/deep/sergas.db")
    await database.migrate()
    async with database.reading() as tx:
        assert await tx.people.all() == []
    await database.close()

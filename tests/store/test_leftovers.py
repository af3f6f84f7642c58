"""What was removed or replaced leaves no bytes: not in SQLite's write-ahead log, nor in pages that are free again."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from store.database import Database
from tests.store.makers import NOW, note, proposal

SAID = "what Jo wrote about the kestrel"


@pytest.fixture
def path(sqlite_url: str) -> Path:
    return Path(sqlite_url.partition("///")[2])


def copies(path: Path) -> dict[str, int]:
    """How often the words are in the database and in the files beside it."""
    return {each.name: each.read_bytes().count(SAID.encode()) for each in path.parent.glob(f"{path.name}*")}


async def write_and_remove(database: Database) -> None:
    """As a request from Slack passes through: stored, taken, done; and a draft that is replaced, and a note that goes."""
    for number in range(5):
        async with database.transaction() as tx:
            await tx.inbox.first_time(f"k{number}", NOW, body=f'{{"text": "{SAID}"}}')
        async with database.transaction() as tx:
            await tx.inbox.done(f"k{number}", NOW + timedelta(seconds=1))
    async with database.transaction() as tx:
        await tx.snapshots.upsert([replace(note("n1"), text=SAID * 200)], seen_at=NOW)
    async with database.transaction() as tx:
        await tx.snapshots.remove(note("n1").kind, ["n1"])


async def test_a_checkpoint_leaves_no_copy_of_what_was_removed(sqlite_url: str, path: Path) -> None:
    database = Database(sqlite_url)
    await write_and_remove(database)
    assert sum(copies(path).values()) > 5  # so it is really looked for where it was
    assert await database.checkpoint()
    assert sum(copies(path).values()) == 0
    await database.close()


async def test_a_bot_that_stops_leaves_no_log_with_what_was_removed(sqlite_url: str, path: Path) -> None:
    other = Database(sqlite_url)  # the memory's process, which outlives it
    async with other.reading() as tx:
        await tx.people.all()
    database = Database(sqlite_url)
    await write_and_remove(database)
    await database.close()
    assert (path.parent / f"{path.name}-wal").stat().st_size == 0
    assert sum(copies(path).values()) == 0
    await other.close()


async def test_a_reader_delays_the_checkpoint_without_holding_anyone_up(sqlite_url: str, path: Path) -> None:
    database = Database(sqlite_url)
    async with database.reading() as tx:
        await tx.people.all()
        await write_and_remove(database)
        assert not await database.checkpoint()
    assert await database.checkpoint()
    assert sum(copies(path).values()) == 0
    await database.close()


def test_closing_a_database_that_was_never_opened_makes_no_file(tmp_path: Path) -> None:
    asyncio.run(Database(f"sqlite+aiosqlite:///{tmp_path}/none.db").close())
    assert list(tmp_path.iterdir()) == []


async def test_on_a_server_there_is_no_log_of_ours_to_empty(postgres_url: str) -> None:
    database = Database(postgres_url)
    async with database.transaction() as tx:
        await tx.proposals.add(proposal())
    assert await database.checkpoint()
    await database.close()

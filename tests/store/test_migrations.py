"""Migrations lead to exactly the tables the code knows, once, and never touch a database from the future."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, inspect, text

from store.database import Database
from store.domain.crm.accounts import Stream
from store.domain.errors import BadInput
from store.domain.signals.norms import Norms, Pace
from store.tables.core import Row
from tests.store.makers import NOW
from tests.store.revisions import apply_again


def sync_url(url: str) -> str:
    return url.replace("+aiosqlite", "")


def is_no_full_text_index(_object: object, name: str | None, _kind: str, reflected: bool, _other: object) -> bool:
    """Each database has one of its own kind, of which the tables in the code know nothing."""
    return not (reflected and (name in ("words", "memory_words") or str(name).startswith("memory_text")))


def test_the_migrated_tables_are_those_of_the_code(database_url: str) -> None:
    engine = create_engine(sync_url(database_url))
    with engine.connect() as connection:
        opts = {"compare_type": True, "compare_server_default": True, "include_object": is_no_full_text_index}
        context = MigrationContext.configure(connection, opts=opts)
        assert compare_metadata(context, Row.metadata) == []
        indexes = {index["name"]: index for index in inspect(connection).get_indexes("proposal")}
    engine.dispose()
    assert indexes["one_version_in_force"]["unique"]


def test_the_check_would_see_a_column_that_no_migration_makes(database_url: str) -> None:
    engine = create_engine(sync_url(database_url))
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE brief DROP COLUMN generated_at"))
        assert compare_metadata(MigrationContext.configure(connection), Row.metadata)
    engine.dispose()


async def test_migrating_again_changes_nothing(database: Database) -> None:
    await database.migrate()
    async with database.reading() as tx:
        assert await tx.people.all() == []


async def test_an_upgrade_reads_all_deals_once_more_and_keeps_the_pace_of_companies_without_pipelines(
    database: Database, database_url: str
) -> None:
    """What the release before pipelines left: norms by stage, and a read of the deals that stopped half-way."""
    slow = Pace(deals=14, usual=9, slow=20)
    left = Norms(measured_at=NOW, watched_since=NOW, stays={"": {"Proposal": slow}}, gaps={"": {"": slow}})
    async with database.transaction() as tx:
        await tx.norms.keep(left, NOW)
        for stream in (Stream.DEALS, Stream.CONTACTS):
            await tx.sync.begin(stream, NOW)
            await tx.sync.finish(stream, NOW)
        await tx.sync.begin(Stream.DEALS, NOW)
        await tx.sync.note(Stream.DEALS, "half-way")
    engine = create_engine(sync_url(database_url))
    with engine.begin() as connection:
        body = json.loads(connection.execute(text("SELECT body FROM norms WHERE id = 1")).scalar_one())
        del body["pipelines"]
        flat = json.dumps(body | {name: body[name][""] for name in ("stays", "gaps")})
        connection.execute(text("UPDATE norms SET body = :body WHERE id = 1"), {"body": flat})
        apply_again(connection, "0010")
    engine.dispose()

    async with database.transaction() as tx:
        assert await tx.norms.last() == replace(left, measured_at=None)
        assert await tx.sync.watermark(Stream.CONTACTS) == NOW
        reading = await tx.sync.begin(Stream.DEALS, NOW + timedelta(hours=1))
        assert (reading.since, reading.began, reading.after) == (datetime(2000, 1, 1, tzinfo=UTC), NOW, "")


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database in which nothing was made yet."""
    if request.param == "sqlite":
        return f"sqlite+aiosqlite:///{tmp_path}/sergas.db"
    server: str = request.getfixturevalue("postgres_server")
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {(name := f'empty_{uuid4().hex}')}".encode())
    return server.replace("postgresql://", "postgresql+psycopg://").replace("/postgres?", f"/{name}?")


async def test_several_that_start_at_once_migrate_once(empty_url: str) -> None:
    databases = [Database(empty_url) for _ in range(3)]
    await asyncio.gather(*(database.migrate() for database in databases))
    for database in databases:
        async with database.reading() as tx:
            assert await tx.people.all() == []
        await database.close()


async def test_a_database_from_the_future_is_refused_and_left_alone(database: Database, database_url: str) -> None:
    engine = create_engine(sync_url(database_url))
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(BadInput, match=r"newer version \(9999\)"):
        await database.migrate()
    with engine.connect() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one() == "9999"
    engine.dispose()

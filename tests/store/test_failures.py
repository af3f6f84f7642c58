"""Each way in which a database fails has its own sentence, and none of them shows a secret."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa

from store.database import Database
from store.domain.errors import StoreUnavailable
from store.failures import BROKEN, CLOSED, CROWDED, DOWN, FULL, NO_DATABASE, NO_ENTRY, NO_HOST
from tests.store.makers import NOW, account

SETTING = "SERGAS_DATABASE_URL"


async def said(url: str | sa.URL) -> str:
    """The sentence for opening this database."""
    address = url if isinstance(url, str) else url.render_as_string(hide_password=False)
    with pytest.raises(StoreUnavailable) as caught:
        async with opened(address) as database, database.reading() as tx:
            await tx.people.all()
    assert "hunter2" not in f"{caught.value!r}"
    return str(caught.value)


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Database]:
    database = Database(url)
    try:
        yield database
    finally:
        await database.close()


@pytest.fixture
def closed_port() -> Iterator[int]:
    """A port on which nothing listens, and which nothing else takes meanwhile."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]


async def test_a_server_that_is_down(closed_port: int) -> None:
    assert await said(f"postgresql://u:hunter2@127.0.0.1:{closed_port}/sergas") == DOWN.format(url=SETTING)


async def test_a_host_that_nobody_knows() -> None:
    assert await said("postgresql://u:hunter2@no-such-host.invalid/sergas") == NO_HOST.format(url=SETTING)


@pytest.mark.postgres
async def test_a_database_that_is_not_there(postgres_url: str) -> None:
    assert await said(sa.make_url(postgres_url).set(database="none")) == NO_DATABASE.format(url=SETTING)


@pytest.mark.postgres
async def test_a_wrong_password(postgres_url: str) -> None:
    with Guard(postgres_url.replace("+psycopg", ""), "wants_password") as url:
        assert await said(url.set(password="hunter2")) == NO_ENTRY.format(url=SETTING)


@pytest.mark.postgres
async def test_a_server_that_has_no_connection_left(postgres_url: str) -> None:
    with psycopg.connect(postgres_url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("DROP ROLE IF EXISTS crowded")
        connection.execute("CREATE ROLE crowded LOGIN CONNECTION LIMIT 0")
    url = sa.make_url(postgres_url).set(username="crowded")
    assert await said(url) == CROWDED


async def fails(url: str, statement: str) -> str:
    """The sentence for a transaction in which the server or the file fails with this statement."""
    async with opened(url) as database:

        async def write() -> None:
            async with database.transaction() as tx:
                await tx.sync._connection.exec_driver_sql(statement)
                await tx.snapshots.upsert([account(f"a{n}", description="x" * 2000) for n in range(50)], seen_at=NOW)

        with pytest.raises(StoreUnavailable) as caught:
            await write()
        return str(caught.value)


@pytest.mark.postgres
async def test_a_server_whose_disk_is_full(postgres_url: str) -> None:
    raised = "DO $$ BEGIN RAISE 'could not extend file: No space left on device' USING ERRCODE = '53100'; END $$"
    assert await fails(postgres_url, raised) == FULL


async def test_a_full_disk_under_a_file(sqlite_url: str) -> None:
    assert await fails(sqlite_url, "PRAGMA max_page_count=1") == FULL


async def test_a_file_whose_folder_is_not_there(tmp_path: Path) -> None:
    assert await said(f"sqlite+aiosqlite:///{tmp_path}/none/sergas.db") == CLOSED


async def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "sergas.db").write_text("Not a database. " * 1000)
    assert await said(f"sqlite+aiosqlite:///{tmp_path}/sergas.db") == BROKEN


class Guard:
    """A role that the server lets in by password alone, while the block lasts."""

    def __init__(self, address: str, role: str) -> None:
        self._address = address
        self._role = role

    def __enter__(self) -> sa.URL:
        with psycopg.connect(self._address, autocommit=True) as connection:
            connection.execute(f"DROP ROLE IF EXISTS {self._role}".encode())
            connection.execute(f"CREATE ROLE {self._role} LOGIN PASSWORD 'right'".encode())
            (where,) = connection.execute("SHOW hba_file").fetchone() or ("",)
            self._file = Path(where)
            self._before = self._file.read_text()
            self._file.write_text(f"local all {self._role} scram-sha-256\n{self._before}")
            connection.execute("SELECT pg_reload_conf()")
        return sa.make_url(self._address).set(drivername="postgresql+psycopg", username=self._role)

    def __exit__(self, *exc: object) -> None:
        self._file.write_text(self._before)
        with psycopg.connect(self._address, autocommit=True) as connection:
            connection.execute("SELECT pg_reload_conf()")

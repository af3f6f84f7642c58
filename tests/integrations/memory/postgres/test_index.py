"""What only an index in PostgreSQL can meet: other tenants, other processes, an operator's rights, and a lost connection."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url
from structlog.testing import capture_logs

from integrations.memory.cognee_index import CogneeIndex, index_exists, peek_index
from integrations.memory.errors import IndexBusy, IndexUnavailable
from integrations.memory.postgres.state import schema_of
from tests.integrations.memory.makers import ACME, BETA, passage
from tests.integrations.memory.place import EMBEDDER, Place

pytestmark = [pytest.mark.slow, pytest.mark.postgres]

PRICE = passage(1, "The price was questioned by procurement.", deal="d1", contact="c1")
OTHER = passage(2, "The canary sings of price.", account=BETA, deal="d9")
NOBODY = [f"nobody-{number}" for number in range(4_000)]  # with these, a question is about many accounts


@pytest.fixture
def place(tmp_path: Path, postgres_url: str) -> Place:
    return Place(tmp_path, postgres_url)


@contextmanager
def operator(place: Place) -> Iterator[psycopg.Connection]:
    address = make_url(place.database_url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as connection:
        yield connection


def schema(place: Place) -> str:
    return schema_of(place.tenant)


async def ids(index: CogneeIndex, query: str, *accounts: str) -> list[str]:
    return [hit.passage_id for hit in await index.vectors(accounts, query)]


async def test_one_tenant_never_finds_what_is_another_ones(place: Place) -> None:
    ours, theirs = await place.named("ours").open(), await place.named("theirs' \"; --").open()
    await ours.put([PRICE], cursor=1)
    await theirs.put([OTHER], cursor=5)

    assert await ids(ours, "price", ACME, BETA) == [PRICE.id]
    assert await ids(theirs, "price", ACME, BETA) == [OTHER.id]
    assert await ours.forget(BETA) == 0
    assert (ours.cursor, theirs.cursor) == (1, 5)
    await ours.close()
    await theirs.close()


async def test_a_forgotten_account_is_in_no_row_and_no_text_ever_was(place: Place) -> None:
    index = await place.open()
    await index.put([PRICE, OTHER], cursor=2)
    assert BETA in _rows(place)
    assert "canary" not in _rows(place)
    assert "price" not in _rows(place)

    assert await index.forget(BETA) == 1
    assert BETA not in _rows(place)
    assert OTHER.id not in _rows(place)
    assert PRICE.id in _rows(place)
    await index.close()


@pytest.mark.parametrize(
    "damage",
    [
        "DROP TABLE {schema}.passages_1",
        "ALTER TABLE {schema}.passages_1 DROP COLUMN kind",
        "TRUNCATE {schema}.passages_1",
        "DROP TABLE {schema}.state",
        "UPDATE {schema}.state SET namespace = 'none'",
        "DELETE FROM {schema}.state",
        "DROP SCHEMA {schema} CASCADE",
    ],
)
async def test_tables_that_are_gone_or_damaged_begin_anew_and_are_filled_again(place: Place, damage: str) -> None:
    index = await place.open()
    await index.put([PRICE], cursor=1)
    await index.close()
    with operator(place) as connection:
        connection.execute(damage.format(schema=schema(place)).encode())

    index = await place.open()
    assert index.cursor == 0
    await index.put([PRICE, OTHER], cursor=2)
    assert await ids(index, "price", ACME) == [PRICE.id]
    await index.close()


async def test_what_is_asked_about_many_accounts_goes_along_the_ann_index_and_finds_the_same(place: Place) -> None:
    index = await place.open()
    told = [
        passage(number, f"Word {number % 97} and word {number % 89}", account=f"a{number % 300}")
        for number in range(900)
    ]
    await index.put(told, cursor=900)
    accounts = [*{one.account_id for one in told}, *NOBODY]
    exact = [hit.score for hit in await index.vectors(accounts, "word 13 and word 21", k=10)]
    await index.settle()
    with operator(place) as connection:
        connection.execute("SELECT pg_stat_reset()")
        # so few rows would not need the index; of this database alone, because other tests share the role
        connection.execute(f'ALTER DATABASE "{connection.info.dbname}" SET enable_seqscan = off')
    again = await _reopened(index, place)

    assert [hit.score for hit in await again.vectors(accounts, "word 13 and word 21", k=10)] == exact
    own = await again.vectors(["a7", *NOBODY], "word 13", k=10)
    assert {hit.passage_id for hit in own} == {one.id for one in told if one.account_id == "a7"}
    await again.close()
    assert _is_used(place, "passages_1_near")


async def test_after_a_lost_connection_it_goes_on(place: Place) -> None:
    index = await place.open()
    await index.put([PRICE], cursor=1)
    _cut(place)
    with pytest.raises(IndexUnavailable, match="is not available in this database"):
        await index.put([OTHER], cursor=2)
    assert index.cursor == 1

    await index.put([OTHER], cursor=2)
    assert (await index.status()).passages == 2
    await index.close()


async def test_one_that_another_process_took_over_writes_nothing_more(place: Place) -> None:
    first = await place.open()
    await first.put([PRICE], cursor=1)
    _cut(place)
    second = await place.open(anew=True)
    for _ in range(2):
        with pytest.raises(IndexUnavailable):
            await first.put([OTHER], cursor=2)

    assert await ids(second, "price", ACME, BETA) == []
    assert second.cursor == 0
    await second.close()
    with pytest.raises(IndexUnavailable, match="restart this one"):
        await first.put([OTHER], cursor=2)
    await first.close()


async def test_how_far_it_has_come_is_told_without_opening_it(place: Place) -> None:
    asked = {"database_url": place.database_url, "tenant": place.tenant}
    assert not await index_exists(place.path, **asked)
    assert await peek_index(place.path, **asked) is None
    index = await place.open()
    await index.put([PRICE], cursor=41)

    state = await peek_index(place.path, **asked)
    assert state is not None
    assert (state.cursor, state.fingerprint) == (41, EMBEDDER.fingerprint)
    assert await index_exists(place.path, **asked)
    with pytest.raises(IndexBusy):
        await place.open()
    await index.close()


@pytest.mark.parametrize(
    ("prepared", "sentence"),
    [
        ([], "let an administrator run CREATE EXTENSION vector"),
        (["CREATE EXTENSION vector"], "GRANT CREATE ON DATABASE"),
    ],
)
async def test_a_right_that_is_missing_is_told_in_one_sentence(
    place: Place, prepared: list[str], sentence: str
) -> None:
    with operator(place) as connection:
        for statement in prepared:
            connection.execute(statement.encode())
        connection.execute("DROP ROLE IF EXISTS memory_guest")
        connection.execute("CREATE ROLE memory_guest LOGIN")
    guest = make_url(place.database_url).set(username="memory_guest").render_as_string(hide_password=False)

    with pytest.raises(IndexUnavailable, match=sentence):
        await Place(place.path, guest).open()


async def test_a_server_that_is_out_of_reach_is_told_in_one_sentence_without_its_address(tmp_path: Path) -> None:
    with pytest.raises(IndexUnavailable) as told:
        await Place(tmp_path, "postgresql+psycopg://anna:secret@127.0.0.1:1/memory").open()
    assert str(told.value) == "The memory index is not available in this database (OperationalError)."


async def test_a_search_over_a_table_that_vanished_is_told_in_one_sentence(place: Place) -> None:
    index = await place.open()
    with operator(place) as connection, capture_logs():
        connection.execute(f"DROP TABLE {schema(place)}.passages_1".encode())
    with pytest.raises(IndexUnavailable, match="is not available"):
        await index.vectors([ACME], "price")
    await index.close()


async def _reopened(index: CogneeIndex, place: Place) -> CogneeIndex:
    await index.close()
    return await place.open()


def _rows(place: Place) -> str:
    """Everything that the index's schema holds, as text."""
    with operator(place) as connection:
        asked = "SELECT tablename FROM pg_tables WHERE schemaname = %s"
        tables = [row[0] for row in connection.execute(asked, [schema(place)])]
        rows = [connection.execute(f"SELECT t::text FROM {schema(place)}.{name} t".encode()) for name in tables]
        return "\n".join(str(row) for found in rows for row in found)


def _cut(place: Place) -> None:
    with operator(place) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() "
            "AND datname = current_database()"
        )


def _is_used(place: Place, index: str) -> bool:
    """Whether a question went along this index. A closed session reports what it did a moment later."""
    ends = time.monotonic() + 10
    with operator(place) as connection:
        asked = "SELECT idx_scan FROM pg_stat_user_indexes WHERE indexrelname = %s"
        while (found := connection.execute(asked, [index]).fetchone()) == (0,) and time.monotonic() < ends:
            time.sleep(0.05)
    return found is not None and found[0] > 0

"""Shared by all repositories: the connection of one transaction, and SQL that differs between the two databases."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    ColumnElement,
    CompoundSelect,
    Dialect,
    Select,
    Table,
    Text,
    any_,
    bindparam,
    cast,
    func,
    literal,
    literal_column,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import psycopg as psycopg_dialect
from sqlalchemy.dialects.sqlite import aiosqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from store.tables.core import UtcDateTime

# SQLite takes 32,766 bound values in one statement, PostgreSQL 65,535.
BATCH = 5_000

Upsert = postgresql.Insert | sqlite.Insert
Among = Callable[[ColumnElement[Any], str], ColumnElement[bool]]
SQLITE: Dialect = aiosqlite.dialect(paramstyle="named")
POSTGRES: Dialect = psycopg_dialect.dialect_async()  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it unannotated


class Repository:
    """Lives as long as its transaction. `clock` replaces the database's own clock in simulations."""

    def __init__(self, connection: AsyncConnection, clock: Callable[[], datetime] | None = None) -> None:
        self._connection = connection
        self._clock = clock

    @property
    def _is_postgres(self) -> bool:
        return self._connection.dialect.name == "postgresql"

    @property
    def _now(self) -> ColumnElement[datetime]:
        """The present by the database's clock, for comparing within the statement: so a deadline passes for all processes
        at once, regardless of their own clocks. PostgreSQL: the moment of the statement, not of the transaction's start."""
        return literal(self._clock(), UtcDateTime) if self._clock is not None else self._wall

    @property
    def _wall(self) -> ColumnElement[datetime]:
        """As `_now`, but never simulated: for leases, which must end even if a simulated clock stops."""
        if self._is_postgres:
            return func.clock_timestamp(type_=UtcDateTime)
        return literal_column("strftime('%Y-%m-%d %H:%M:%f000', 'now')", UtcDateTime)

    async def _moment(self, clock: ColumnElement[datetime]) -> datetime:
        """Read `_now` or `_wall`."""
        now: datetime = (await self._connection.execute(select(clock))).scalar_one()
        return now

    def _text_in(self, body: ColumnElement[str], name: str) -> ColumnElement[Any]:
        """A field of a record's body, as text."""
        if self._is_postgres:
            text: ColumnElement[Any] = cast(body, postgresql.JSON)[name].astext
            return text
        return func.json_extract(body, f"$.{name}")

    def _insert(self, table: Table) -> Upsert:
        """Build an INSERT that supports ON CONFLICT."""
        return postgresql.insert(table) if self._is_postgres else sqlite.insert(table)

    async def _upsert(self, table: Table, rows: list[dict[str, Any]]) -> None:
        """Insert the rows, replacing those with the same primary key."""
        if not rows:
            return
        statement = self._insert(table)
        keys = [column.name for column in table.primary_key]
        values = {name: statement.excluded[name] for name in rows[0] if name not in keys}
        await self._connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=values), rows)

    async def _insert_once(self, table: Table, row: Mapping[str, Any]) -> bool:
        """Insert the row unless it conflicts with an existing one; return whether it was inserted."""
        statement = self._insert(table).values(**row).on_conflict_do_nothing().returning(*table.primary_key)
        return (await self._connection.execute(statement)).one_or_none() is not None


class Made:
    """A query that runs in every search. Its statement is built once, since that takes longer than running it, and lists
    are bound as one value, so that its text stays the same for any length. The value is JSON, which PostgreSQL's driver
    sends in a tenth of the time of an array. It runs on the driver directly (see `fetched`).
    """

    def __init__(self, make: Callable[[Among], Select[Any] | CompoundSelect[Any]]) -> None:
        """`make` gets a function that builds the condition that a column is in a named list."""
        self._sqlite = _Compiled(make(_among_json_each), SQLITE)
        self._postgres = _Compiled(make(_among_json_array), POSTGRES)
        self.columns = self._sqlite.columns

    async def rows(self, connection: AsyncConnection, **lists: Collection[str]) -> Sequence[Sequence[Any]]:
        made = self._postgres if connection.dialect.name == "postgresql" else self._sqlite
        return await made.rows(connection, {name: json.dumps(list(values)) for name, values in lists.items()})


class _Compiled:
    def __init__(self, statement: Select[Any] | CompoundSelect[Any], dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect)
        self.columns = tuple(str(column.key) for column in statement.selected_columns)
        self._text, self._values = str(compiled), compiled.params
        self._types = [column.type for column in statement.selected_columns]

    async def rows(self, connection: AsyncConnection, given: Mapping[str, Any]) -> Sequence[Sequence[Any]]:
        rows = await fetched(connection, self._text, {**self._values, **given})
        # As this connection reads them: sealed columns are opened with its database's keys.
        dialect = connection.dialect
        readers = (each.dialect_impl(dialect).result_processor(dialect, None) for each in self._types)
        reads = [(place, read) for place, read in enumerate(readers) if read is not None]
        if not reads:
            return rows
        read_rows = [list(row) for row in rows]
        for row in read_rows:
            for place, read in reads:
                row[place] = read(row[place])
        return read_rows


async def fetched(connection: AsyncConnection, statement: str, values: Mapping[str, Any]) -> Sequence[Sequence[Any]]:
    """Run a statement on the driver directly, in the connection's own transaction. Raises as SQLAlchemy does.

    Through SQLAlchemy, a statement goes to SQLite's thread and back four times, and costs half a millisecond more on
    PostgreSQL.
    """
    if not connection.in_transaction():
        await connection.begin()
    driver: Any = (await connection.get_raw_connection()).driver_connection
    try:
        if connection.dialect.name == "postgresql":
            return list(await (await driver.execute(statement, values)).fetchall())
        return list(await driver.execute_fetchall(statement, values))
    except connection.dialect.loaded_dbapi.Error as exc:
        base = connection.dialect.loaded_dbapi.Error
        raise DBAPIError.instance(statement, None, exc, base, hide_parameters=True) from exc


def _among_json_array(column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    values = select(func.json_array_elements_text(cast(bindparam(name, type_=Text), JSON)))
    return column == any_(func.array(values.scalar_subquery()))


def _among_json_each(column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    values = func.json_each(bindparam(name, type_=Text)).table_valued("value")
    return column.in_(select(values.c.value))


def batches(ids: Collection[str], *, size: int = BATCH) -> Iterator[list[str]]:
    """Split the ids, without duplicates, into lists that fit into one statement."""
    unique = list(dict.fromkeys(ids))
    for start in range(0, len(unique), size):
        yield unique[start : start + size]

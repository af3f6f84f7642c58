"""SQLite's driver, with one trip to its thread for each statement.

aiosqlite makes every call in a thread of the connection. SQLAlchemy's adapter makes four calls for a statement (open a cursor,
execute, fetch, close), and each of them costs more than most of our statements do. Here one call does all four.
"""

from __future__ import annotations

import sqlite3
from collections import deque
from collections.abc import Callable
from contextlib import closing
from typing import Any

from sqlalchemy import Dialect
from sqlalchemy.dialects.sqlite.aiosqlite import AsyncAdapt_aiosqlite_connection, AsyncAdapt_aiosqlite_cursor


def connect(dialect: Dialect, _record: object, given: tuple[Any, ...], options: dict[str, Any]) -> _Connection:
    """A listener for `do_connect`."""
    plain: Any = dialect.connect(*given, **options)
    return _Connection(plain.dbapi, plain.driver_connection)


class _Connection(AsyncAdapt_aiosqlite_connection):
    __slots__ = ()

    def cursor(self, server_side: bool = False) -> AsyncAdapt_aiosqlite_cursor:
        return super().cursor(server_side) if server_side else _Cursor(self)  # the former reads its rows bit by bit


class _Cursor(AsyncAdapt_aiosqlite_cursor):
    __slots__ = ()

    def execute(self, operation: Any, parameters: Any = None) -> None:
        self._run(sqlite3.Cursor.execute, operation, () if parameters is None else parameters)

    def executemany(self, operation: Any, seq_of_parameters: Any) -> None:
        self._run(sqlite3.Cursor.executemany, operation, seq_of_parameters)

    def _run(self, call: Callable[..., object], statement: str, values: Any) -> None:
        driver: Any = self._connection
        try:
            made = self.await_(driver._execute(_whole, driver._conn, call, statement, values))
        except ValueError as error:  # it is closed
            self._adapt_connection._handle_exception(error)
        self.description, self.rowcount, self.lastrowid, self._rows = made


def _whole(
    connection: sqlite3.Connection, call: Callable[..., object], statement: str, values: Any
) -> tuple[Any, int, int | None, deque[Any]]:
    """In the connection's thread. Returns the cursor's description, row count and last row id, and all rows."""
    with closing(connection.cursor()) as cursor:
        call(cursor, statement, values)
        rows = deque(cursor.fetchall() if cursor.description else ())
        return cursor.description, cursor.rowcount, cursor.lastrowid, rows

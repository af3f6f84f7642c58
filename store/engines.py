"""How the database is connected to: one engine for SQLite's readers, one for its writer, or one for PostgreSQL."""

from __future__ import annotations

import math
import time
from functools import partial
from typing import Any

from sqlalchemy import URL, Connection, Dialect, event, make_url
from sqlalchemy.exc import ArgumentError, DisconnectionError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from store.domain.errors import SettingError
from store.sqlite_driver import connect

WAIT_SECONDS = 30
SQLITE_READERS = 10
TRUSTED_SECONDS = 1.0  # how long a PostgreSQL connection is trusted without a check
_IDLE_SINCE = "sergas.idle_since"
DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "sqlite+aiosqlite": "sqlite+aiosqlite",
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
    "postgresql+psycopg": "postgresql+psycopg",
}


def parsed(url: str) -> URL:
    """Raises: SettingError for a URL of any other kind of database."""
    try:
        made = make_url(url)
        return made.set(drivername=DRIVERS[made.drivername])
    except (ArgumentError, KeyError, ValueError):  # ValueError: a port that is none, which may be the password
        # The text may hold a password, so show neither the text nor the cause.
        problem = "is not a known database URL: use sqlite+aiosqlite:///path or postgresql+psycopg://…"
        raise SettingError("SERGAS_DATABASE_URL", problem) from None


def postgres_engine(url: URL, connections: int) -> AsyncEngine:
    # Reuse the connection used last: the server still has its statements and pages in memory.
    engine = create_async_engine(
        url,
        pool_size=connections,
        max_overflow=0,
        pool_use_lifo=True,
        isolation_level="REPEATABLE READ",
        hide_parameters=True,
    )
    event.listen(engine.sync_engine, "checkin", _note_idle)
    event.listen(engine.sync_engine, "checkout", partial(_check_idle, engine.sync_engine.dialect))
    event.listen(engine.sync_engine, "checkout", _keep_from_writing)
    return engine


def sqlite_engine(url: URL, *, writes: bool) -> AsyncEngine:
    """Readers and the one writer have connections of their own, which keep their mode."""
    engine = create_async_engine(
        url, connect_args={"timeout": WAIT_SECONDS}, pool_size=1 if writes else SQLITE_READERS, hide_parameters=True
    )
    event.listen(engine.sync_engine, "do_connect", connect)
    event.listen(engine.sync_engine, "connect", partial(_prepare_sqlite, writes=writes))
    event.listen(engine.sync_engine, "begin", partial(_begin_sqlite, writes=writes))
    return engine


def _note_idle(_dbapi_connection: object, record: ConnectionPoolEntry) -> None:
    record.info[_IDLE_SINCE] = time.monotonic()


def _check_idle(dialect: Dialect, dbapi_connection: Any, record: ConnectionPoolEntry, _proxy: object) -> None:
    """Check that the server still knows a connection that has been idle for a while; skip the check for one in steady use,
    since it costs three round trips. Raises: DisconnectionError, which makes the pool open a new connection."""
    if time.monotonic() - record.info.get(_IDLE_SINCE, math.inf) < TRUSTED_SECONDS:
        return
    try:
        alive = dialect.do_ping(dbapi_connection)
    except dialect.loaded_dbapi.Error:
        alive = False
    if not alive:
        raise DisconnectionError


def _keep_from_writing(dbapi_connection: Any, _record: object, _proxy: object) -> None:
    """Make the connection read-only until a writer asks otherwise: set once, not before each read."""
    if not dbapi_connection.driver_connection.read_only:
        dbapi_connection.set_read_only(True)


def _prepare_sqlite(dbapi_connection: Any, _record: object, *, writes: bool) -> None:
    """WAL: readers and the writer don't wait for each other. FULL: a commit survives a power cut. What is deleted or replaced is
    overwritten with zeros.

    The driver must not open transactions itself; `_begin_sqlite` does (SQLAlchemy, "Serializable isolation / Savepoints /
    Transactional DDL" of the pysqlite dialect).
    """
    dbapi_connection.isolation_level = None
    cursor = dbapi_connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "secure_delete=ON",
        "foreign_keys=ON",
        f"query_only={'OFF' if writes else 'ON'}",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection, *, writes: bool) -> None:
    if not connection.get_execution_options().get("bare", False):  # bare: autocommit, statement by statement
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

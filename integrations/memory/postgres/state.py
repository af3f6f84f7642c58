"""The index's schema in PostgreSQL: which process holds it, how far it has come, and which generation is current.

Each tenant has its own schema, named by a hash of the tenant, with a one-row table `state` and the current generation's
Cognee collection. The writer holds a lock on the schema through the very connection it writes on: a process that loses the
lock has lost the connection too, and can't write any more.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import asdict

import psycopg
import structlog
from sqlalchemy import URL, NullPool, make_url, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from integrations.memory.embedded.folder import IndexState
from integrations.memory.errors import IndexBusy, IndexUnavailable

log = structlog.get_logger(__name__)

FORMAT = 1  # version of the contents in PostgreSQL: raise it with any change to them
LEAST_PGVECTOR = (0, 8)  # the first version that keeps scanning its index until it finds enough
WAIT_SECONDS = 3.0  # the server may take a moment to notice that the last holder died
PAUSE_SECONDS = 0.05

_STATE = """
CREATE TABLE IF NOT EXISTS {schema}.state (
    one boolean PRIMARY KEY DEFAULT true CHECK (one), fingerprint text NOT NULL, generation integer NOT NULL,
    cursor bigint NOT NULL, namespace text NOT NULL, format integer NOT NULL, tenant text NOT NULL)
"""
_COLUMNS = "fingerprint, generation, cursor, namespace, format, tenant"


class PostgresState:
    """One process at a time: call `hold` before anything else and `release` at the end."""

    def __init__(self, database_url: str, *, tenant: str) -> None:
        self.url = psycopg_url(database_url)
        self.schema = schema_of(tenant)
        self.extension_schema = "public"
        self._tenant = tenant
        self._engine: AsyncEngine = create_async_engine(self.url, poolclass=NullPool, hide_parameters=True)
        self._held: AsyncConnection | None = None

    async def hold(self) -> None:
        """Raises: IndexBusy; IndexUnavailable if the server is out of reach or has no pgvector."""
        with translated():
            connection = await self._engine.connect()
            try:
                await self._lock(connection)
                async with connection.begin():
                    await self._prepare(connection)
            except BaseException:
                await connection.close()
                raise
            self._held = connection

    async def release(self) -> None:
        held, self._held = self._held, None
        if held is not None:
            await held.close()  # without a pool the server ends the session, and the lock with it
        await self._engine.dispose()

    async def state(self, fingerprint: str) -> IndexState:
        """Return the current generation's state, or begin a new one if none has this fingerprint and format."""
        async with self.writing() as connection:
            kept = await read_state(connection, self.schema)
        if kept is not None and (kept.fingerprint, kept.format) == (fingerprint, FORMAT):
            return kept
        if kept is not None:
            log.warning("memory.index.rebuild", reason="another embedder", was=kept.fingerprint, now=fingerprint)
        return await self.begin(fingerprint)

    async def begin(self, fingerprint: str) -> IndexState:
        """Begin a new, empty generation and drop all others."""
        async with self.writing() as connection:
            numbers = [0]
            for table in await self._tables(connection):
                found = re.fullmatch(r"passages_(\d+)", table)
                if found or table == "state":
                    await connection.execute(text(f'DROP TABLE {self.schema}."{table}" CASCADE'))
                if found:
                    numbers.append(int(found[1]))
            await connection.execute(text(_STATE.format(schema=self.schema)))
            state = IndexState(
                fingerprint=fingerprint,
                generation=max(numbers) + 1,
                namespace=uuid.uuid4().hex,
                format=FORMAT,
                tenant=self._tenant,
            )
            given = ", ".join(f":{name.strip()}" for name in _COLUMNS.split(","))
            await connection.execute(
                text(f"INSERT INTO {self.schema}.state ({_COLUMNS}) VALUES ({given})"),  # noqa: S608 - our own names
                asdict(state),
            )
        return state

    async def has(self, table: str) -> bool:
        """Raises: IndexUnavailable."""
        async with self.writing() as connection:
            return table in await self._tables(connection)

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        """Open a transaction on the connection that holds the lock, taking the lock again first if it was lost.

        Raises: IndexUnavailable, also if another process has taken the index over meanwhile.
        """
        if self._held is None:
            await self._hold_again()
        held = self._held
        assert held is not None
        with translated():
            try:
                async with held.begin():
                    yield held
            except (DBAPIError, psycopg.Error):
                if not await _alive(held):
                    self._held = None
                raise

    @asynccontextmanager
    async def bare(self) -> AsyncIterator[AsyncConnection]:
        """Open a connection that begins no transaction itself, as VACUUM requires. Raises: IndexUnavailable."""
        with translated():
            async with self._engine.connect() as connection:
                yield await connection.execution_options(isolation_level="AUTOCOMMIT")

    async def _hold_again(self) -> None:
        try:
            await self.hold()
        except IndexBusy as exc:
            raise IndexUnavailable(str(exc)) from exc

    async def _lock(self, connection: AsyncConnection) -> None:
        loop = asyncio.get_running_loop()
        until = loop.time() + WAIT_SECONDS
        while True:
            async with connection.begin():  # the session's lock outlives the transaction
                taken = await connection.scalar(
                    text("SELECT pg_try_advisory_lock(hashtextextended(:schema, 0))"), {"schema": self.schema}
                )
            if taken:
                return
            if loop.time() > until:
                raise IndexBusy("Another process holds the memory index in this database; stop it first.")
            await asyncio.sleep(PAUSE_SECONDS)

    async def _prepare(self, connection: AsyncConnection) -> None:
        """Create the extension and the schema. Raises: IndexUnavailable, saying what an operator can do."""
        version, self.extension_schema = await _extension(connection)
        if tuple(int(part) for part in version.split(".")[:2]) < LEAST_PGVECTOR:
            raise IndexUnavailable(
                f"pgvector {version} is too old for the memory index: install 0.8 or newer and run "
                "ALTER EXTENSION vector UPDATE in this database."
            )
        if not await _has_schema(connection, self.schema):
            await _allowed(
                connection,
                f"CREATE SCHEMA {self.schema}",
                "The memory index needs a schema of its own: let the bot's user create one in this database "
                "(GRANT CREATE ON DATABASE).",
            )

    async def _tables(self, connection: AsyncConnection) -> list[str]:
        found = await connection.scalars(
            text("SELECT tablename FROM pg_tables WHERE schemaname = :schema"), {"schema": self.schema}
        )
        return [str(name) for name in found]


async def peek_postgres(database_url: str, *, tenant: str) -> IndexState | None:
    """Read the state without holding the index. Raises: IndexUnavailable if the server is out of reach."""
    async with _visiting(database_url) as connection:
        return await read_state(connection, schema_of(tenant))


async def postgres_index_exists(database_url: str, *, tenant: str) -> bool:
    """Raises: IndexUnavailable if the server is out of reach."""
    async with _visiting(database_url) as connection:
        return await _has_schema(connection, schema_of(tenant))


async def read_state(connection: AsyncConnection, schema: str) -> IndexState | None:
    """Return None if there is no state, or none that can be read."""
    if await connection.scalar(text("SELECT to_regclass(:name)"), {"name": f"{schema}.state"}) is None:
        return None
    try:
        async with connection.begin_nested():
            found = (await connection.execute(text(f"SELECT {_COLUMNS} FROM {schema}.state"))).mappings().one()  # noqa: S608 - names of ours; values are bound
        uuid.UUID(found["namespace"])
        return IndexState(**found)
    except (SQLAlchemyError, ValueError, TypeError) as exc:
        log.warning("memory.index.rebuild", reason="its state cannot be read", error=type(exc).__name__)
        return None


def schema_of(tenant: str) -> str:
    """Return a valid schema name for any tenant, never the same one for two."""
    return f"memory_index_{hashlib.sha256(tenant.encode()).hexdigest()[:16]}"


def psycopg_url(database_url: str) -> URL:
    return make_url(database_url).set(drivername="postgresql+psycopg")


@contextmanager
def translated() -> Iterator[None]:
    """Raises: IndexUnavailable for any failure of the server or the connection. Its text may hold values, so it is left
    out."""
    try:
        yield
    except (SQLAlchemyError, psycopg.Error, OSError, TimeoutError) as exc:
        raise IndexUnavailable(f"The memory index is not available in this database ({type(exc).__name__}).") from exc


@asynccontextmanager
async def _visiting(database_url: str) -> AsyncIterator[AsyncConnection]:
    engine = create_async_engine(psycopg_url(database_url), poolclass=NullPool, hide_parameters=True)
    with translated():
        async with engine.connect() as connection:
            yield connection


async def _has_schema(connection: AsyncConnection, schema: str) -> bool:
    known = await connection.scalar(text("SELECT 1 FROM pg_namespace WHERE nspname = :schema"), {"schema": schema})
    return known is not None


async def _alive(connection: AsyncConnection) -> bool:
    try:
        await connection.scalar(text("SELECT 1"))
        await connection.rollback()
    except (SQLAlchemyError, psycopg.Error):
        await connection.close()
        return False
    return True


async def _extension(connection: AsyncConnection) -> tuple[str, str]:
    """Return the extension's version and schema, creating it if necessary. Raises: IndexUnavailable."""
    asked = text("SELECT extversion, extnamespace::regnamespace::text FROM pg_extension WHERE extname = 'vector'")
    found = (await connection.execute(asked)).one_or_none()
    if found is None:
        if not await connection.scalar(text("SELECT 1 FROM pg_available_extensions WHERE name = 'vector'")):
            raise IndexUnavailable(
                "This PostgreSQL has no pgvector: install it on the server (the image pgvector/pgvector has it)."
            )
        await _allowed(
            connection,
            "CREATE EXTENSION vector",
            "pgvector is not switched on in this database: let an administrator run CREATE EXTENSION vector in it.",
        )
        found = (await connection.execute(asked)).one()
    return str(found[0]), str(found[1])


async def _allowed(connection: AsyncConnection, statement: str, otherwise: str) -> None:
    try:
        async with connection.begin_nested():
            await connection.execute(text(statement))
    except SQLAlchemyError as exc:
        raise IndexUnavailable(otherwise) from exc

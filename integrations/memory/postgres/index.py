"""The index in PostgreSQL, beside our tables: puts, removals and the cursor move in one transaction.

So after a kill at any point, the next process continues from the cursor and finds nothing half-put behind it.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import replace
from pathlib import Path
from time import monotonic

import structlog
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from integrations.memory.cognee_settings import configure
from integrations.memory.embedded.folder import IndexState
from integrations.memory.embedders import Embedder, Vectors
from integrations.memory.errors import IndexUnavailable
from integrations.memory.postgres.rows import PgPassages
from integrations.memory.postgres.state import PostgresState, translated
from integrations.memory.storage import Filter, IndexRows, IndexStatus
from store.domain.memory.passage import Passage
from store.domain.memory.retrieval import Hit

log = structlog.get_logger(__name__)

PUT_WITH_ANN = 10_000  # passages in one load, beyond which rebuilding the ANN index is cheaper
EXACTLY, SECONDS_A_COUNT = 20_000, 60.0  # exact count up to this many passages; beyond, reuse a count this long


class PostgresStorage:
    """Made by `open_postgres`."""

    def __init__(self, kept: PostgresState, state: IndexState, rows: PgPassages) -> None:
        self._kept = kept
        self._state = state
        self._rows = rows
        self._settled = False
        self._put = 0  # since the last settle
        self._counted: tuple[float, tuple[int, int]] | None = None

    @property
    def damaged(self) -> bool:
        """Always False: failures here are the server's, and count as unavailable."""
        return False

    @property
    def cursor(self) -> int:
        return self._state.cursor

    async def put(
        self, passages: Sequence[Passage], vectors: Vectors, *, gone: Collection[str], cursor: int | None
    ) -> None:
        moved = self._state if cursor is None else replace(self._state, cursor=cursor)
        async with self._kept.writing() as connection:
            await self._save(connection, moved)
            await self._rows.delete(connection, self._rows.keys([*(one.id for one in passages), *gone]))
            await self._rows.copy(connection, passages, vectors)
            if much := self._put + len(passages) > PUT_WITH_ANN:
                await self._rows.drop_ann(connection)
        self._state, self._put, self._settled = moved, self._put + len(passages), self._settled and not much

    async def forget(self, account_id: str) -> int:
        """Remove an account's passages and return how many there were; no search finds them afterwards.

        VACUUM takes them out of the table and its indexes. Free space in a page may keep bytes of an id or a vector, never
        of a text, until it is overwritten. PostgreSQL's write-ahead log and backups are the operator's business.
        """
        async with self._kept.writing() as connection:
            await self._save(connection, self._state)
            rows = await self._rows.delete_account(connection, account_id)
        if rows:
            async with self._kept.bare() as connection:
                await connection.execute(text(f"VACUUM (INDEX_CLEANUP ON) {self._rows.table}"))
        return rows

    async def search(self, vector: Sequence[float], wanted: Filter, k: int) -> list[Hit]:
        with translated():
            return await self._rows.search(vector, wanted, k)

    async def rows(self) -> AsyncIterator[IndexRows]:
        with translated():
            async for block in self._rows.blocks():
                yield block

    async def settle(self) -> None:
        """Build the ANN index, which after a load costs much less than updating it row by row. Until then, or if it can't
        be built, searches compare every vector."""
        self._put = 0
        if self._settled:
            return
        with translated():
            self._settled = await self._rows.ann_exists()
        for parallel in (
            () if self._settled else (True, False)
        ):  # parallel workers share memory, which a container may lack
            try:
                async with self._kept.writing() as connection:
                    await self._rows.build_ann(connection, parallel=parallel)
            except IndexUnavailable as exc:
                log.warning("memory.index.no_ann", parallel=parallel, error=type(exc.__cause__).__name__)
            else:
                async with self._kept.bare() as connection:
                    await connection.execute(text(f"VACUUM ANALYZE {self._rows.table}"))
                break
        self._settled = True

    async def status(self) -> IndexStatus:
        """Report the index's size; counts of a large index may be a minute old, since each count reads all of it."""
        if self._counted is None or monotonic() - self._counted[0] > SECONDS_A_COUNT:
            with translated():
                self._counted = monotonic(), await self._rows.counts()
        passages, size = self._counted[1]
        if passages < EXACTLY:
            self._counted = None
        return IndexStatus(
            passages=passages,
            cursor=self._state.cursor,
            fingerprint=self._state.fingerprint,
            generation=self._state.generation,
            bytes_on_disk=size,
            settled=self._settled,
        )

    async def close(self) -> None:
        await self._rows.close()
        await self._kept.release()

    async def _save(self, connection: AsyncConnection, state: IndexState) -> None:
        """Raises: IndexUnavailable if another process has begun a new current generation."""
        statement = f"UPDATE {self._kept.schema}.state SET cursor = :cursor WHERE namespace = :namespace"  # noqa: S608 - names of ours; values are bound
        given = {"cursor": state.cursor, "namespace": state.namespace}
        if (await connection.execute(text(statement), given)).rowcount != 1:
            raise IndexUnavailable("Another process has rebuilt the memory index; restart this one.")


async def open_postgres(
    database_url: str, embedder: Embedder, *, tenant: str, scratch: Path, anew: bool, connections: int
) -> PostgresStorage:
    """`scratch` is for Cognee's logs. Raises: IndexBusy, IndexUnavailable."""
    kept = PostgresState(database_url, tenant=tenant)
    try:
        await kept.hold()
        configure(scratch, connections=connections)
        state = await (kept.begin if anew else kept.state)(embedder.fingerprint)
        try:
            return await _opened(kept, state, embedder)
        except IndexUnavailable as exc:
            log.warning("memory.index.rebuild", reason="its tables cannot be used", error=type(exc.__cause__).__name__)
        state = await kept.begin(embedder.fingerprint)
        return await _opened(kept, state, embedder)
    except BaseException:
        await kept.release()
        raise


async def _opened(kept: PostgresState, state: IndexState, embedder: Embedder) -> PostgresStorage:
    """Raises: IndexUnavailable, also if the index holds less than the cursor says."""
    rows = await asyncio.to_thread(
        PgPassages,
        kept.url,
        schema=kept.schema,
        extension=kept.extension_schema,
        name=f"passages_{state.generation}",
        dimensions=embedder.dimensions,
        namespace=uuid.UUID(state.namespace),
    )
    try:
        with translated():
            if not await kept.has(f"passages_{state.generation}") and not state.cursor:
                async with kept.writing() as connection:
                    await rows.create(connection)
            if not await rows.probe() and state.cursor:
                raise IndexUnavailable("The memory index is emptier than its cursor says.")
    except BaseException:
        await rows.close()
        raise
    return PostgresStorage(kept, state, rows)

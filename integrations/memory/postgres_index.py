"""The index in PostgreSQL, beside our tables: what is put, what is removed and the cursor move in one transaction.

A process killed at any point therefore goes on from the cursor with nothing half-put behind it.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import structlog
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from integrations.memory.cognee_settings import configure
from integrations.memory.embedders import Embedder, Vectors
from integrations.memory.errors import IndexUnavailable
from integrations.memory.index_folder import IndexState
from integrations.memory.postgres_rows import PgPassages
from integrations.memory.postgres_state import PostgresState, translated
from integrations.memory.storage import Filter, IndexStatus
from store.domain.memory import Passage
from store.domain.retrieval import Hit

log = structlog.get_logger(__name__)


class PostgresStorage:
    """Made by `open_postgres`."""

    def __init__(self, kept: PostgresState, state: IndexState, rows: PgPassages) -> None:
        self._kept = kept
        self._state = state
        self._rows = rows
        self._settled = False

    @property
    def cursor(self) -> int:
        return self._state.cursor

    async def put(
        self, passages: Sequence[Passage], vectors: Vectors, *, gone: Collection[str], cursor: int | None
    ) -> None:
        moved = self._state if cursor is None else replace(self._state, cursor=cursor)
        async with self._kept.writing() as connection:
            await self._rows.delete(connection, self._rows.keys([*(one.id for one in passages), *gone]))
            await self._rows.copy(connection, passages, vectors)
            await self._save(connection, moved)
        self._state = moved

    async def forget(self, account_id: str) -> int:
        """No question finds them after it. VACUUM gives their place in the pages free, where their bytes (ids and vectors, never
        a text) lie until something else is written there; PostgreSQL's write-ahead log and backups are the operator's."""
        async with self._kept.writing() as connection:
            rows = await self._rows.delete_account(connection, account_id)
        if rows:
            async with self._kept.bare() as connection:
                await connection.execute(text(f"VACUUM {self._rows.table}"))
        return rows

    async def search(self, vector: Sequence[float], wanted: Filter, k: int) -> list[Hit]:
        with translated():
            return await self._rows.search(vector, wanted, k)

    async def neighbours(self, ids: Collection[str], account_ids: Collection[str]) -> Mapping[str, tuple[str, ...]]:
        with translated():
            return await self._rows.neighbours(ids, account_ids)

    async def settle(self) -> None:
        """Builds the ANN index, once in a generation: after the load it costs a third of what it costs row by row. Until then,
        and where it cannot be built, every vector is compared."""
        if self._settled:
            return
        with translated():
            self._settled = await self._rows.ann_exists()
        for parallel in (
            () if self._settled else (True, False)
        ):  # workers share memory, of which a container may have little
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
        with translated():
            passages, nodes, edges, size = await self._rows.counts()
        return IndexStatus(
            passages=passages,
            nodes=nodes,
            edges=edges,
            cursor=self._state.cursor,
            fingerprint=self._state.fingerprint,
            generation=self._state.generation,
            bytes_on_disk=size,
        )

    async def close(self) -> None:
        await self._rows.close()
        await self._kept.release()

    async def _save(self, connection: AsyncConnection, state: IndexState) -> None:
        """Raises: IndexUnavailable where a generation is in force that another process began."""
        statement = f"UPDATE {self._kept.schema}.state SET cursor = :cursor WHERE namespace = :namespace"  # noqa: S608
        given = {"cursor": state.cursor, "namespace": state.namespace}
        if (await connection.execute(text(statement), given)).rowcount != 1:
            raise IndexUnavailable("Another process has made the memory index anew; start this one again.")


async def open_postgres(
    database_url: str, embedder: Embedder, *, tenant: str, scratch: Path, anew: bool
) -> PostgresStorage:
    """`scratch` is for Cognee's logs. Raises: IndexBusy, IndexUnavailable."""
    kept = PostgresState(database_url, tenant=tenant)
    try:
        await kept.hold()
        configure(scratch)
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
    """Raises: IndexUnavailable, also where there is less than the cursor says."""
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

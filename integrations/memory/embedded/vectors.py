"""Vectors in Cognee's LanceDB: one row per passage, with the columns a search filters on and no text.

Cognee would keep each text beside its vector; ours stay in our own tables, so there is no text to erase here. Cognee's
adapter creates the table and its schema; we then write and read the table directly, in batches and with indexes on the
filtered columns, because the adapter supports neither.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection, Iterable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from integrations.memory.cognee_settings import load
from integrations.memory.embedders import Vectors
from integrations.memory.engine_errors import READING, WRITING, EngineHealth, guarded
from integrations.memory.storage import Filter, IndexRows, seconds
from store.domain.memory.passage import Passage
from store.domain.memory.retrieval import Hit

COLLECTION = "passages"
# The second column is ours: an index on part of the payload breaks when it is updated.
INDEXED = ("id", "account_id")
IDS_A_PREDICATE = 500
FRAGMENT_ROWS, READ_AT_ONCE = 20_000, 2_000
FORMER_VERSIONS = timedelta(seconds=30)  # kept for readers that still use them


class _Gateway:
    """As much of an embedder as the adapter needs, since we pass it vectors."""

    def __init__(self, dimensions: int) -> None:
        self._dimensions = dimensions

    def get_vector_size(self) -> int:
        return self._dimensions


class LanceVectors:
    """Open it inside the running loop; one writer at a time."""

    def __init__(self, folder: Path, dimensions: int) -> None:
        load()
        from cognee.infrastructure.databases.vector.lancedb.LanceDBAdapter import LanceDBAdapter

        self._adapter: Any = LanceDBAdapter(str(folder), None, _Gateway(dimensions))
        self.engine = EngineHealth()
        self._payload = _payload()
        self._dimensions = dimensions
        self._table: Any = None
        self._schema: Any = None

    @guarded(WRITING)
    async def open(self) -> int:
        """Open the table and return its number of rows."""
        connection = await self._adapter.get_connection()
        if not await self._adapter.has_collection(COLLECTION):
            schema = self._adapter._make_lance_datapoint_cls(self._payload, self._dimensions).to_arrow_schema()
            await connection.create_table(name=COLLECTION, schema=_with_account(schema), exist_ok=True)
        self._table = await connection.open_table(COLLECTION)
        self._schema = await self._table.schema()
        return int(await self._table.count_rows())

    @guarded(READING)
    async def count(self) -> int:
        return int(await self._table.count_rows())

    @guarded(WRITING)
    async def put(self, passages: Sequence[Passage], vectors: Vectors) -> None:
        if passages:
            rows = await asyncio.to_thread(_rows, passages, vectors, self._schema)
            upsert = self._table.merge_insert("id").when_matched_update_all().when_not_matched_insert_all()
            await upsert.execute(rows)

    @guarded(WRITING)
    async def remove(self, ids: Collection[str]) -> None:
        for chunk in _chunks(ids):
            await self._table.delete(_among("id", chunk))

    @guarded(WRITING)
    async def remove_account(self, account_id: str) -> int:
        """Remove an account's rows and return how many there were."""
        theirs = _among("account_id", [account_id])
        rows = int(await self._table.count_rows(theirs))
        if rows:
            await self._table.delete(theirs)
        return rows

    @guarded(READING)
    async def search(self, vector: Sequence[float], wanted: Filter, k: int) -> list[Hit]:
        """Return hits, best first. A higher score is better: the cosine, from −1 to 1."""
        if not wanted.account_ids or k <= 0:
            return []
        query = self._table.vector_search(vector).distance_type("cosine").where(_predicate(wanted))
        found = (await query.select(["id", "_distance"]).limit(k).to_arrow()).to_pydict()
        hits = [Hit(passage_id=id, score=1 - far) for id, far in zip(found["id"], found["_distance"], strict=True)]
        return sorted(hits, key=lambda hit: (-hit.score, hit.passage_id))

    async def rows(self) -> AsyncIterator[IndexRows]:
        """Yield all rows, some thousands at a time."""
        batches = await self._batches()
        while (block := await self._next(batches)) is not None:
            yield block

    @guarded(READING)
    async def _batches(self) -> Any:
        columns = ["id", "account_id", "payload", "vector"]
        return aiter(await self._table.query().select(columns).to_batches(max_batch_length=READ_AT_ONCE))

    @guarded(READING)
    async def _next(self, batches: Any) -> IndexRows | None:
        batch = await anext(batches, None)
        return None if batch is None else await asyncio.to_thread(_block, batch, self._dimensions)

    @guarded(WRITING)
    async def compact(self) -> None:
        """Merge small files and bring the indexes up to date; replaced files leave the disk some minutes later."""
        from lancedb.index import BTree

        there = {column for each in await self._table.list_indices() for column in each.columns}
        for column in INDEXED:
            if column not in there:
                await self._table.create_index(column, config=BTree())
        await self._table.optimize(cleanup_older_than=FORMER_VERSIONS)

    @guarded(WRITING)
    async def erase_removed(self) -> None:
        """Rewrite the files with removed rows and delete every former version, so that no byte of those rows remains."""
        for column in INDEXED:  # indexes hold ids, too
            if any(column in each.columns for each in await self._table.list_indices()):
                await self._table.drop_index(f"{column}_idx")
        dataset = await self._table.to_lance()
        await asyncio.to_thread(_rewrite, dataset)
        await self._table.checkout_latest()

    async def close(self) -> None:
        await self._adapter.close()


def _payload() -> type[Any]:
    from pydantic import BaseModel

    class Payload(BaseModel):
        kind: str
        at: int

    return Payload


def _with_account(schema: Any) -> Any:
    import pyarrow as pa

    return schema.append(pa.field("account_id", pa.string(), nullable=False))


def _rows(passages: Sequence[Passage], vectors: Vectors, schema: Any) -> Any:
    """Build an Arrow table."""
    import pyarrow as pa

    payload = [{"kind": one.kind.value, "at": seconds(one.at)} for one in passages]
    kept = {
        "id": pa.array([one.id for one in passages], schema.field("id").type),
        "vector": pa.FixedSizeListArray.from_arrays(pa.array(vectors.ravel()), vectors.shape[1]),
        "payload": pa.array(payload, schema.field("payload").type),
        "account_id": pa.array([one.account_id for one in passages]),
    }
    return pa.table([kept[name].cast(schema.field(name).type) for name in schema.names], schema=schema)


def _block(batch: Any, dimensions: int) -> IndexRows:
    payload = batch.column("payload")
    return IndexRows(
        ids=batch.column("id").to_pylist(),
        account_ids=batch.column("account_id").to_pylist(),
        kinds=payload.field("kind").to_pylist(),
        at=payload.field("at").to_pylist(),
        vectors=batch.column("vector").flatten().to_numpy(zero_copy_only=False).reshape(-1, dimensions),
    )


def _rewrite(dataset: Any) -> None:
    dataset.optimize.compact_files(
        target_rows_per_fragment=FRAGMENT_ROWS, materialize_deletions=True, materialize_deletions_threshold=0.0
    )
    dataset.cleanup_old_versions(older_than=timedelta(0), delete_unverified=True)


def _predicate(wanted: Filter) -> str:
    parts = [_among("account_id", wanted.account_ids)]
    if wanted.kinds:
        parts.append(_among("payload.kind", [kind.value for kind in wanted.kinds]))
    if wanted.since is not None:
        parts.append(f"payload.at >= {seconds(wanted.since)}")
    if wanted.until is not None:
        parts.append(f"payload.at < {seconds(wanted.until)}")
    return " AND ".join(parts)


def _among(column: str, values: Iterable[str]) -> str:
    quoted = ", ".join("'" + value.replace("'", "''") + "'" for value in values)
    return f"{column} IN ({quoted})"


def _chunks(ids: Collection[str]) -> Iterator[list[str]]:
    ordered = sorted(ids)
    for start in range(0, len(ordered), IDS_A_PREDICATE):
        yield ordered[start : start + IDS_A_PREDICATE]

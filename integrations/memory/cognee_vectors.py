"""The vectors in Cognee's LanceDB: one row a passage, with what a search filters by and without any text.

Cognee would keep the text beside the vector; ours stays in our own tables, so there is nothing of it to be forgotten here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from integrations.memory.embedders import Vectors
from integrations.memory.guarding import READING, WRITING, Engine, guarded
from store.domain.memory import MemoryKind, Passage
from store.domain.retrieval import Hit

COLLECTION = "passages"
BATCH = 256  # rows of one write: readers get their turn in between
IDS_A_PREDICATE = 500
FRAGMENT_ROWS = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """`account_ids` is what may be seen, and nothing is found without any; an empty `kinds` means all of them."""

    account_ids: Collection[str]
    kinds: Collection[MemoryKind] = ()
    since: datetime | None = None
    until: datetime | None = None

    def predicate(self) -> str:
        parts = [_among("payload.account_id", self.account_ids)]
        if self.kinds:
            parts.append(_among("payload.kind", [kind.value for kind in self.kinds]))
        if self.since is not None:
            parts.append(f"payload.at >= {seconds(self.since)}")
        if self.until is not None:
            parts.append(f"payload.at < {seconds(self.until)}")
        return " AND ".join(parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What is kept with a vector. `key` is the passage's id in the graph; `at` is in seconds since 1970."""

    key: str
    passage_id: str
    account_id: str
    kind: str
    at: int


class _Gateway:
    """All that the adapter asks of an embedder, since it is given vectors."""

    def __init__(self, dimensions: int) -> None:
        self._dimensions = dimensions

    def get_vector_size(self) -> int:
        return self._dimensions


class LanceVectors:
    """Open it inside the running loop; one writer at a time."""

    def __init__(self, folder: Path, dimensions: int) -> None:
        from cognee.infrastructure.databases.vector.lancedb.LanceDBAdapter import LanceDBAdapter

        self._adapter: Any = LanceDBAdapter(str(folder), None, _Gateway(dimensions))
        self.engine = Engine()
        self._payload = _payload()
        self._dimensions = dimensions

    @guarded(WRITING)
    async def open(self) -> int:
        """How many rows there are. Raises whatever broken files make LanceDB raise."""
        if not await self._adapter.has_collection(COLLECTION):
            connection = await self._adapter.get_connection()
            schema = self._adapter._make_lance_datapoint_cls(self._payload, self._dimensions)
            await connection.create_table(name=COLLECTION, schema=schema, exist_ok=True)
        return await self.count()

    @guarded(READING)
    async def count(self) -> int:
        return int(await (await self._table()).count_rows())

    @guarded(WRITING)
    async def put(self, passages: Sequence[Passage], keys: Sequence[str], vectors: Vectors) -> None:
        for start in range(0, len(passages), BATCH):
            points = [
                {"id": key, "vector": vector, "payload": _kept(passage)}
                for passage, key, vector in zip(
                    passages[start : start + BATCH],
                    keys[start : start + BATCH],
                    vectors[start : start + BATCH].tolist(),
                    strict=True,
                )
            ]
            await self._adapter.upsert_raw_vectors(COLLECTION, points, self._payload)

    @guarded(WRITING)
    async def remove(self, keys: Collection[str]) -> None:
        if keys:
            await self._adapter.delete_data_points(COLLECTION, sorted(keys))

    @guarded(READING)
    async def of_account(self, account_id: str) -> list[Row]:
        return await self._rows(_among("payload.account_id", [account_id]))

    @guarded(READING)
    async def among(self, *, keys: Collection[str] = (), ids: Collection[str] = ()) -> list[Row]:
        """Those rows that there are."""
        rows: list[Row] = []
        for column, values in (("id", keys), ("payload.passage_id", ids)):
            for chunk in _chunks(values):
                rows += await self._rows(_among(column, chunk))
        return rows

    @guarded(READING)
    async def search(self, vector: Sequence[float], wanted: Filter, k: int) -> list[Hit]:
        """Best first. A higher score is better: the cosine, from −1 to 1."""
        if not wanted.account_ids or k <= 0:
            return []
        query = (await self._table()).vector_search(vector).distance_type("cosine").where(wanted.predicate())
        found = await query.select(["payload", "_distance"]).limit(k).to_list()
        hits = (Hit(passage_id=row["payload"]["passage_id"], score=1 - row["_distance"]) for row in found)
        return sorted(hits, key=lambda hit: (-hit.score, hit.passage_id))

    @guarded(WRITING)
    async def compact(self) -> None:
        """Many small files become few; what newer ones replaced is gone from the disk some minutes later."""
        await self._adapter.compact(COLLECTION)

    @guarded(WRITING)
    async def erase_removed(self) -> None:
        """Rewrites what holds removed rows and deletes every former version, so that no byte of them is left in a file."""
        async with self._adapter.VECTOR_DB_LOCK:
            dataset = await (await self._table()).to_lance()
            await asyncio.to_thread(_rewrite, dataset)

    async def close(self) -> None:
        await self._adapter.close()

    async def _rows(self, predicate: str) -> list[Row]:
        query = (await self._table()).query().where(predicate).select(["id", "payload"])
        return [Row(key=row["id"], **row["payload"]) for row in await query.to_list()]

    async def _table(self) -> Any:
        return await self._adapter.get_collection(COLLECTION)


def _payload() -> type[Any]:
    from pydantic import BaseModel

    class Payload(BaseModel):
        passage_id: str
        account_id: str
        kind: str
        at: int

    return Payload


def _kept(passage: Passage) -> dict[str, Any]:
    return {
        "passage_id": passage.id,
        "account_id": passage.account_id,
        "kind": passage.kind.value,
        "at": seconds(passage.at),
    }


def seconds(at: datetime) -> int:
    return int(at.timestamp())


def _rewrite(dataset: Any) -> None:
    dataset.optimize.compact_files(
        target_rows_per_fragment=FRAGMENT_ROWS, materialize_deletions=True, materialize_deletions_threshold=0.0
    )
    dataset.cleanup_old_versions(older_than=timedelta(0), delete_unverified=True)


def _among(column: str, values: Iterable[str]) -> str:
    quoted = ", ".join("'" + value.replace("'", "''") + "'" for value in values)
    return f"{column} IN ({quoted})"


def _chunks(ids: Collection[str]) -> Iterable[list[str]]:
    ordered = sorted(ids)
    for start in range(0, len(ordered), IDS_A_PREDICATE):
        yield ordered[start : start + IDS_A_PREDICATE]

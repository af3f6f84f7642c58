"""One generation's collection in PostgreSQL: created by Cognee's pgvector adapter, with columns and indexes of our own.

Cognee's adapter creates a table of ids, payloads and vectors without any index, doesn't replace the vector of an existing
id, and commits on its own. So it only creates the table and holds the pool; we write and query with our own SQL, and rows
go in by COPY, in the transaction that moves the cursor.
"""

from __future__ import annotations

import math
import struct
import uuid
import warnings
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np
from sqlalchemy import URL, Row, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from integrations.memory.cognee_settings import load
from integrations.memory.embedders import Vectors
from integrations.memory.storage import Filter, IndexRows, seconds
from store.domain.memory.passage import MemoryKind, Passage
from store.domain.memory.retrieval import Hit

NARROW = 3_000  # up to this many accounts, compare all their passages; beyond, start from the nearest of all passages
READ_AT_ONCE = 2_000
CANDIDATES = 8  # candidates of a wide search per wanted passage
MAX_ANN_DIMENSIONS = 4_000  # limit of halfvec; wider vectors are compared one by one
SETTINGS = {
    "hnsw.iterative_scan": "relaxed_order",
    "hnsw.ef_search": "400",
    "hnsw.max_scan_tuples": "20000",
    "jit": "off",
}

_HEADER, _END = b"PGCOPY\n\xff\r\n\0" + bytes(8), struct.pack(">h", -1)
_ADDED = """
ALTER TABLE {table} ALTER COLUMN vector TYPE {extension}.halfvec({dimensions}), ALTER COLUMN vector SET NOT NULL,
    ADD COLUMN passage_id text NOT NULL, ADD COLUMN account_id text NOT NULL, ADD COLUMN kind text NOT NULL,
    ADD COLUMN at bigint NOT NULL
"""


class _Gateway:
    """As much of an embedder as the adapter needs, since we pass it vectors."""

    def __init__(self, dimensions: int) -> None:
        self._dimensions = dimensions

    def get_vector_size(self) -> int:
        return self._dimensions


class PgPassages:
    """Writes on connections it is given; reads on its own. Keys include a namespace that is random for each generation, so
    they reveal nothing elsewhere."""

    def __init__(
        self, url: URL, *, schema: str, extension: str, name: str, dimensions: int, namespace: uuid.UUID
    ) -> None:
        load()
        from cognee.infrastructure.databases.vector.pgvector.PGVectorAdapter import PGVectorAdapter

        self._adapter: Any = PGVectorAdapter(
            _with_options(url, {"search_path": f"{schema},{extension}", **SETTINGS}), None, _Gateway(dimensions)
        )
        engine: AsyncEngine = self._adapter.engine
        self._reader = engine.execution_options(isolation_level="AUTOCOMMIT")
        self._name, self.table = name, f"{schema}.{name}"
        self._extension, self._dimensions, self._namespace = extension, dimensions, namespace

    async def create(self, connection: AsyncConnection) -> None:
        with warnings.catch_warnings(action="ignore"):  # Cognee declares a class of the same name for each table
            await self._adapter.create_collection(self._name)
        added = _ADDED.format(table=self.table, extension=self._extension, dimensions=self._dimensions)
        await connection.execute(text(added))
        await connection.execute(text(f"CREATE INDEX ON {self.table} (account_id)"))

    async def probe(self) -> bool:
        """Whether there is any row. Raises the server's error if the table is missing or damaged."""
        every = Filter(account_ids=["-"], kinds=[MemoryKind.NOTE], since=datetime.min.replace(tzinfo=UTC))
        await self.search([1.0, *[0.0] * (self._dimensions - 1)], every, 1)
        async with self._reader.connect() as connection:
            return bool(await connection.scalar(text(f"SELECT EXISTS (SELECT 1 FROM {self.table})")))  # noqa: S608 - names of ours; values are bound

    def key(self, passage_id: str) -> uuid.UUID:
        return uuid.uuid5(self._namespace, passage_id)

    def keys(self, ids: Collection[str]) -> list[uuid.UUID]:
        return [self.key(one) for one in ids]

    async def delete(self, connection: AsyncConnection, keys: Sequence[uuid.UUID]) -> None:
        await connection.execute(text(f"DELETE FROM {self.table} WHERE id = ANY(:keys)"), {"keys": list(keys)})  # noqa: S608 - names of ours; values are bound

    async def delete_account(self, connection: AsyncConnection, account_id: str) -> int:
        statement = text(f"DELETE FROM {self.table} WHERE account_id = :account")  # noqa: S608 - names of ours; values are bound
        return (await connection.execute(statement, {"account": account_id})).rowcount

    async def copy(self, connection: AsyncConnection, passages: Sequence[Passage], vectors: Vectors) -> None:
        halves = vectors.astype(">f2")
        head = struct.pack(">HH", self._dimensions, 0)
        rows = [self._row(passage, head + half.tobytes()) for passage, half in zip(passages, halves, strict=True)]
        driver = (await connection.get_raw_connection()).driver_connection
        columns = "id, vector, passage_id, account_id, kind, at"
        assert driver is not None
        async with (
            driver.cursor() as cursor,
            cursor.copy(f"COPY {self.table} ({columns}) FROM STDIN (FORMAT binary)") as copy,
        ):
            await copy.write(b"".join([_HEADER, *rows, _END]))

    async def blocks(self) -> AsyncIterator[IndexRows]:
        """Yield all rows; vectors come as the server sends them, two bytes per dimension after a header of four."""
        halves = f"{self._extension}.halfvec_send(vector)"
        every = text(f"SELECT passage_id, account_id, kind, at, {halves} FROM {self.table}")  # noqa: S608 - names of ours; values are bound
        async with self._reader.connect() as connection:
            connection = await connection.execution_options(isolation_level="READ COMMITTED")
            streamed = await connection.stream(every)
            async for rows in streamed.partitions(READ_AT_ONCE):
                ids, account_ids, kinds, at, sent = zip(*rows, strict=True)
                read = np.frombuffer(b"".join(bytes(each)[4:] for each in sent), ">f2")
                vectors = read.reshape(-1, self._dimensions)
                yield IndexRows(ids=ids, account_ids=account_ids, kinds=kinds, at=at, vectors=vectors)

    async def search(self, vector: Sequence[float], wanted: Filter, k: int) -> list[Hit]:
        """Search a few accounts exactly. For many, take the nearest of all passages from the ANN index, and search exactly
        as well if too few of those belong to the accounts."""
        given = {"vector": "[" + ",".join(map(repr, vector)) + "]", "k": k, **_values(wanted)}
        if len(wanted.account_ids) > NARROW:
            nearest = f"""
                SELECT passage_id, vector <=> CAST(:vector AS halfvec) AS distance, account_id FROM {self.table}
                WHERE true{_conditions(wanted)} ORDER BY vector <=> CAST(:vector AS halfvec) LIMIT :k
            """  # noqa: S608 - the conditions are ours
            allowed = set(wanted.account_ids)
            rows = await self._rows(nearest, given | {"k": k * CANDIDATES})
            hits = _hits([row for row in rows if row.account_id in allowed])
            if len(hits) >= k:
                return hits[:k]
        exact = f"""
            WITH mine AS MATERIALIZED (
                SELECT passage_id, vector <=> CAST(:vector AS halfvec) AS distance FROM {self.table}
                WHERE account_id = ANY(:accounts){_conditions(wanted)}
            ) SELECT passage_id, distance FROM mine ORDER BY distance, passage_id LIMIT :k
        """  # noqa: S608 - the conditions are ours
        return _hits(await self._rows(exact, given | {"accounts": list(wanted.account_ids)}))

    async def counts(self) -> tuple[int, int]:
        """(passages, bytes on the disk)"""
        told = f"SELECT count(*) AS passages, pg_total_relation_size('{self.table}') AS bytes FROM {self.table}"  # noqa: S608 - names of ours; values are bound
        (row,) = await self._rows(told, {})
        return row.passages, row.bytes

    async def ann_exists(self) -> bool:
        (row,) = await self._rows("SELECT to_regclass(:name) IS NOT NULL AS there", {"name": f"{self.table}_near"})
        return bool(row.there) or self._dimensions > MAX_ANN_DIMENSIONS

    async def drop_ann(self, connection: AsyncConnection) -> None:
        await connection.execute(text(f"DROP INDEX IF EXISTS {self.table}_near"))

    async def build_ann(self, connection: AsyncConnection, *, parallel: bool) -> None:
        """Build the ANN index: reads continue meanwhile, writes wait. Searching a small graph widely finds nearly as much
        in the same time as searching a large one narrowly, and the small one costs a third to build and keep."""
        rows = await connection.scalar(text(f"SELECT count(*) FROM {self.table}")) or 0  # noqa: S608 - names of ours; values are bound
        needed = rows * (2 * self._dimensions + 512)
        await connection.execute(text("SET LOCAL statement_timeout = 0"))
        await connection.execute(text(f"SET LOCAL maintenance_work_mem = '{max(64, min(1_024, needed >> 20))}MB'"))
        if not parallel:
            await connection.execute(text("SET LOCAL max_parallel_maintenance_workers = 0"))
        await connection.execute(
            text(
                f"CREATE INDEX {self._name}_near ON {self.table} USING hnsw (vector {self._extension}.halfvec_cosine_ops) "
                "WITH (m = 8, ef_construction = 32)"
            )
        )

    async def close(self) -> None:
        await self._adapter.close()

    async def _rows(self, statement: str, given: Mapping[str, Any]) -> Sequence[Row[Any]]:
        """Query, and once more if the connection, perhaps long idle, turns out to be lost."""
        try:
            return await self._asked(statement, given)
        except DBAPIError as exc:
            if not exc.connection_invalidated:
                raise
        return await self._asked(statement, given)

    async def _asked(self, statement: str, given: Mapping[str, Any]) -> Sequence[Row[Any]]:
        async with self._reader.connect() as connection:
            return (await connection.execute(text(statement), given)).all()

    def _row(self, passage: Passage, vector: bytes) -> bytes:
        values = (
            self.key(passage.id).bytes,
            vector,
            passage.id.encode(),
            passage.account_id.encode(),
            passage.kind.value.encode(),
            struct.pack(">q", seconds(passage.at)),
        )
        fields = (struct.pack(">i", len(one)) + one for one in values)
        return struct.pack(">h", len(values)) + b"".join(fields)


def _with_options(url: URL, settings: Mapping[str, str]) -> str:
    """Add these session settings to the address, after any that it already has."""
    named = url.query.get("options", "")
    before = named if isinstance(named, str) else " ".join(named)
    options = f"{before} {' '.join(f'-c{name}={value}' for name, value in settings.items())}".strip()
    return url.update_query_dict({"options": options}).render_as_string(hide_password=False)


def _conditions(wanted: Filter) -> str:
    parts = [
        " AND kind = ANY(:kinds)" if wanted.kinds else "",
        " AND at >= :since" if wanted.since is not None else "",
        " AND at < :until" if wanted.until is not None else "",
    ]
    return "".join(parts)


def _values(wanted: Filter) -> dict[str, Any]:
    values: dict[str, Any] = {"kinds": [kind.value for kind in wanted.kinds]} if wanted.kinds else {}
    if wanted.since is not None:
        values["since"] = seconds(wanted.since)
    if wanted.until is not None:
        values["until"] = seconds(wanted.until)
    return values


def _hits(rows: Sequence[Row[Any]]) -> list[Hit]:
    """Leave out texts without content: their zero vectors are near nothing."""
    hits = [Hit(passage_id=row[0], score=1 - row[1]) for row in rows if not math.isnan(row[1])]
    return sorted(hits, key=lambda hit: (-hit.score, hit.passage_id))

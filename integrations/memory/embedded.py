"""The index in a folder of this machine: vectors in Cognee's LanceDB, the graph in its Ladybug.

What is put is on the disk before the cursor moves, and putting again changes nothing, so a process killed at any point goes on
from the cursor and ends where an undisturbed one would.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import structlog

from integrations.memory.cognee_graph import PASSAGE, LadybugGraph
from integrations.memory.cognee_settings import configure
from integrations.memory.cognee_vectors import LanceVectors, Row
from integrations.memory.embedders import Embedder, Vectors
from integrations.memory.errors import IndexUnavailable
from integrations.memory.index_folder import IndexFolder, IndexState
from integrations.memory.storage import NEAREST_IN_TIME, Filter, IndexStatus, pieces_beside
from store.domain.memory import Passage
from store.domain.retrieval import Hit

log = structlog.get_logger(__name__)

PUT_BATCH = 64  # vectors of one write: readers get their turn in between
PUTS_BEFORE_COMPACTING = 32


class EmbeddedStorage:
    """Made by `open_embedded`."""

    def __init__(self, folder: IndexFolder, state: IndexState, vectors: LanceVectors, graph: LadybugGraph) -> None:
        self._folder = folder
        self._state = state
        self._vectors = vectors
        self._graph = graph
        self._puts = 0

    @property
    def cursor(self) -> int:
        return self._state.cursor

    async def put(
        self, passages: Sequence[Passage], vectors: Vectors, *, gone: Collection[str], cursor: int | None
    ) -> None:
        keys = [self._graph.key(PASSAGE, passage.id) for passage in passages]
        for start in range(0, len(passages), PUT_BATCH):
            part = slice(start, start + PUT_BATCH)
            await self._vectors.put(passages[part], keys[part], vectors[part])
        await self._graph.put(passages)
        await self._remove(gone)
        if cursor is not None:
            self._save(replace(self._state, cursor=cursor))
        self._puts += 1
        if self._puts % PUTS_BEFORE_COMPACTING == 0:
            await self._vectors.compact()

    async def forget(self, account_id: str) -> int:
        """After it no file of the index holds a byte of them."""
        rows = await self._vectors.of_account(account_id)
        await self._graph.remove_account(account_id, [row.key for row in rows])
        await self._vectors.remove([row.key for row in rows])
        await self._vectors.erase_removed()
        return len(rows)

    async def search(self, vector: Sequence[float], wanted: Filter, k: int) -> list[Hit]:
        return await self._vectors.search(vector, wanted, k)

    async def neighbours(self, ids: Collection[str], account_ids: Collection[str]) -> Mapping[str, tuple[str, ...]]:
        keys = {self._graph.key(PASSAGE, one): one for one in ids}
        pairs = await self._graph.neighbours(keys)
        pieces = {piece for one in ids for piece in pieces_beside(one)}
        rows = await self._vectors.among(keys={*keys, *(other for _, _, other in pairs)}, ids=pieces)
        seen = {row.key: row for row in rows if row.account_id in account_ids}
        known = {row.passage_id for row in seen.values()}
        found: dict[str, tuple[str, ...]] = {}
        for key, one in keys.items():
            if key in seen:
                near = _nearest(
                    [(kind, seen[other]) for own, kind, other in pairs if own == key and other in seen], seen[key]
                )
                found[one] = tuple(dict.fromkeys([*(piece for piece in pieces_beside(one) if piece in known), *near]))
        return found

    async def settle(self) -> None:
        """Nothing: it is compacted as it grows."""

    async def status(self) -> IndexStatus:
        nodes, edges = await self._graph.counts()
        return IndexStatus(
            passages=await self._vectors.count(),
            nodes=nodes,
            edges=edges,
            cursor=self._state.cursor,
            fingerprint=self._state.fingerprint,
            generation=self._state.generation,
            bytes_on_disk=sum(file.stat().st_size for file in self._folder.path.rglob("*") if file.is_file()),
        )

    async def close(self) -> None:
        await self._graph.close()
        await self._vectors.close()
        self._folder.release()

    async def _remove(self, ids: Collection[str]) -> None:
        if ids:
            await self._graph.remove([self._graph.key(PASSAGE, one) for one in ids])
            await self._vectors.remove([self._graph.key(PASSAGE, one) for one in ids])

    def _save(self, state: IndexState) -> None:
        self._folder.save(state)
        self._state = state


async def open_embedded(path: Path, embedder: Embedder, *, tenant: str, anew: bool) -> EmbeddedStorage:
    """Raises: IndexBusy, IndexUnavailable."""
    folder = IndexFolder(path, tenant=tenant)
    await asyncio.to_thread(folder.hold)
    try:
        configure(path / "cognee")
        state = folder.begin(embedder.fingerprint) if anew else folder.state(embedder.fingerprint)
        if folder.died_opening:
            log.warning("memory.index.rebuild", reason="the last process died while it opened the files")
            state = folder.begin(embedder.fingerprint)
        try:
            return await _opened(folder, state, embedder)
        except Exception as exc:  # noqa: BLE001  # three engines, each with exceptions of its own
            log.warning("memory.index.rebuild", reason="its files cannot be opened", error=type(exc).__name__)
        state = folder.begin(embedder.fingerprint)
        try:
            return await _opened(folder, state, embedder)
        except Exception as exc:
            raise IndexUnavailable(f"The memory index at {path} cannot be opened.") from exc
    except BaseException:
        folder.release()
        raise


async def _opened(folder: IndexFolder, state: IndexState, embedder: Embedder) -> EmbeddedStorage:
    """Raises whatever the engines raise on broken files, and ValueError where they hold less than the cursor says."""
    files = folder.files(state)
    with folder.opening():
        vectors = await asyncio.to_thread(LanceVectors, files / "vectors.lancedb", embedder.dimensions)
        try:
            rows = await vectors.open()
            graph = await asyncio.to_thread(LadybugGraph, files / "graph", uuid.UUID(state.namespace))
        except BaseException:
            await vectors.close()
            raise
        nodes, _ = await graph.counts()
        if state.cursor and (bool(rows) != bool(nodes)):
            await graph.close()
            await vectors.close()
            raise ValueError("One half of the index is gone.")
        await vectors.search([1.0, *[0.0] * (embedder.dimensions - 1)], Filter(account_ids=["-"]), 1)
    return EmbeddedStorage(folder, state, vectors, graph)


def _nearest(others: Sequence[tuple[str, Row]], own: Row) -> list[str]:
    by_kind: Mapping[str, list[Row]] = {kind: [] for kind, _ in others}
    for kind, row in others:
        by_kind[kind].append(row)
    near: list[str] = []
    for _, rows in sorted(by_kind.items(), reverse=True):  # deals before contacts
        ordered = sorted(rows, key=lambda row: (abs(row.at - own.at), row.passage_id))
        near += [row.passage_id for row in ordered[:NEAREST_IN_TIME]]
    return near

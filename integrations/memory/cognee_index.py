"""The index of the memory in Cognee: what is near in meaning, and what is about the same deal or contact.

It holds ids, times and vectors, and no text. It follows the passages of our tables by their position (`cursor`): what is put
is on the disk before the cursor moves, and putting again changes nothing, so a process killed at any point goes on from the
cursor and ends where an undisturbed one would.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import structlog

from integrations.memory.cognee_graph import LadybugGraph
from integrations.memory.cognee_settings import configure
from integrations.memory.cognee_vectors import Filter, LanceVectors, Row
from integrations.memory.embedders import Embedder, Purpose
from integrations.memory.errors import IndexUnavailable
from integrations.memory.guarding import embedded, engine_failed
from integrations.memory.index_folder import IndexFolder, IndexState
from integrations.memory.probe import is_sound
from store.domain.memory import MemoryKind, Passage
from store.domain.retrieval import Hit

log = structlog.get_logger(__name__)

EMBED_BATCH = 64  # texts embedded at a time: the interpreter is free in between
PUTS_BEFORE_COMPACTING = 32
NEAREST_IN_TIME = 2  # neighbours of a passage by each deal or contact


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexStatus:
    passages: int
    nodes: int
    edges: int
    cursor: int
    fingerprint: str
    generation: int
    bytes_on_disk: int


class CogneeIndex:
    """Made by `open_index`. Reads at any time; writes one after the other.

    Every method raises IndexDamaged where an engine fails, and IndexUnavailable where the disk is full.
    """

    def __init__(
        self, folder: IndexFolder, state: IndexState, embedder: Embedder, vectors: LanceVectors, graph: LadybugGraph
    ) -> None:
        self._folder = folder
        self._state = state
        self._embedder = embedder
        self._vectors = vectors
        self._graph = graph
        self._writing = asyncio.Lock()
        self._puts = 0

    @property
    def damaged(self) -> bool:
        """Whether an engine has failed: close it then, and open it again."""
        return self._vectors.engine.failed or self._graph.engine.failed

    @property
    def cursor(self) -> int:
        """The position of the last passage that is in the index; 0 means that all are still to be put."""
        return self._state.cursor

    async def put(self, passages: Sequence[Passage], *, gone: Collection[str] = (), cursor: int | None = None) -> None:
        """Puts these, removes the `gone`, then moves the cursor. Of an id that comes twice the last one counts.

        Raises: EmbedderUnavailable; nothing was put then.
        """
        latest = list({passage.id: passage for passage in passages}.values())
        async with self._writing, self._changing(len(latest) + len(gone), cursor):
            keys = [self._graph.key("Passage", passage.id) for passage in latest]
            for start in range(0, len(latest), EMBED_BATCH):
                batch = latest[start : start + EMBED_BATCH]
                texts = [f"{one.title}\n{one.text}" for one in batch]
                vectors = await embedded(self._embedder, texts, Purpose.DOCUMENT)
                await self._vectors.put(batch, keys[start : start + EMBED_BATCH], vectors)
            await self._graph.put(latest)
            await self._remove(gone)
            self._puts += 1
            if self._puts % PUTS_BEFORE_COMPACTING == 0:
                await self._vectors.compact()

    async def remove(self, ids: Collection[str]) -> None:
        async with self._writing, self._changing(len(ids)):
            await self._remove(ids)

    async def forget(self, account_id: str) -> int:
        """How many passages of it there were. After it no file of the index holds a byte of them."""
        async with self._writing:
            keys = [row.key for row in await self._vectors.of_account(account_id)]
            async with self._changing(len(keys)):
                await self._graph.remove_account(account_id, keys)
                await self._vectors.remove(keys)
                await self._vectors.erase_removed()
            return len(keys)

    async def vectors(
        self,
        account_ids: Collection[str],
        query: str,
        *,
        kinds: Collection[MemoryKind] = (),
        since: datetime | None = None,
        until: datetime | None = None,
        k: int = 50,
    ) -> list[Hit]:
        """The passages nearest in meaning, best first, of these accounts alone; `until` is exclusive.

        Raises: EmbedderUnavailable.
        """
        wanted = Filter(account_ids=account_ids, kinds=kinds, since=since, until=until)
        if not account_ids or not query.strip():
            return []
        vector = (await embedded(self._embedder, [query], Purpose.QUERY))[0]
        if not vector.any():
            return []
        return await self._vectors.search(vector.tolist(), wanted, k)

    async def neighbours(self, ids: Collection[str], *, account_ids: Collection[str]) -> dict[str, tuple[str, ...]]:
        """For each passage those beside it: the piece before and after it of the same record, and the nearest in time about
        the same deal or contact; of these accounts alone."""
        keys = {self._graph.key("Passage", one): one for one in ids}
        if not keys or not account_ids:
            return {}
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
        """Raises nothing of the engines': what is on the disk is looked through when it is opened again."""
        try:
            if not (self._vectors.engine.stuck or self._graph.engine.stuck):  # it would be waited for
                async with self._writing:
                    await self._graph.close()
                    await self._vectors.close()
        except BaseException as exc:
            if not engine_failed(exc):
                raise
            log.warning("memory.index.closed_badly", error=type(exc).__name__)
        finally:
            self._folder.release()

    @asynccontextmanager
    async def _changing(self, passages: int, cursor: int | None = None) -> AsyncIterator[None]:
        """The state says what may be half done before it begins, and that it is done with the cursor, in one step."""
        before = self._state.pending
        self._save(replace(self._state, pending=before + passages))
        yield
        if cursor is None:
            self._save(replace(self._state, pending=before))
        else:
            self._save(replace(self._state, pending=0, cursor=cursor))

    async def _remove(self, ids: Collection[str]) -> None:
        if ids:
            await self._graph.remove([self._graph.key("Passage", one) for one in ids])
            await self._vectors.remove([self._graph.key("Passage", one) for one in ids])

    def _save(self, state: IndexState) -> None:
        self._folder.save(state)
        self._state = state


async def open_index(path: Path, embedder: Embedder, *, anew: bool = False) -> CogneeIndex:
    """The index in this folder; an empty one at cursor 0 where it is to be made `anew` or there is none, where another embedder
    made it, or where its files cannot be opened. The first call of a process takes ten seconds.

    Raises: IndexBusy, IndexUnavailable.
    """
    folder = IndexFolder(path)
    await asyncio.to_thread(folder.hold)
    try:
        configure(path / "cognee")
        state = folder.begin(embedder.fingerprint) if anew else folder.state(embedder.fingerprint)
        if problem := await _problem(folder, state):
            log.warning("memory.index.rebuild", reason=problem)
            state = folder.begin(embedder.fingerprint)
        try:
            return await _opened(folder, state, embedder)
        except BaseException as exc:
            if not engine_failed(exc):
                raise
            log.warning("memory.index.rebuild", reason="its files cannot be opened", error=type(exc).__name__)
        state = folder.begin(embedder.fingerprint)
        try:
            return await _opened(folder, state, embedder)
        except BaseException as exc:
            if not engine_failed(exc):
                raise
            raise IndexUnavailable(f"The memory index at {path} cannot be opened.") from exc
    except OSError as exc:
        folder.release()
        raise IndexUnavailable(f"The memory index at {path} cannot be opened ({exc.strerror}).") from exc
    except BaseException:
        folder.release()
        raise


async def _problem(folder: IndexFolder, state: IndexState) -> str | None:
    """Why these files are not to be opened at all: native code dies on some that are broken, or never comes back."""
    if folder.died_opening:
        return "the last process died while it opened the files"
    if not state.cursor:
        return None
    sound, _ = await asyncio.gather(
        is_sound(folder.files(state), pending=state.pending), asyncio.to_thread(_load_engines)
    )
    return None if sound else "its files are damaged"


def _load_engines() -> None:
    """What opening would wait for."""
    import cognee.infrastructure.databases.graph.ladybug.adapter
    import cognee.infrastructure.databases.vector.lancedb.LanceDBAdapter  # noqa: F401


async def _opened(folder: IndexFolder, state: IndexState, embedder: Embedder) -> CogneeIndex:
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
    return CogneeIndex(folder, state, embedder, vectors, graph)


def pieces_beside(passage_id: str) -> tuple[str, ...]:
    """The ids that the piece before and the piece after it would have: `note:7#1` → `note:7#0`, `note:7#2`."""
    record, _, number = passage_id.rpartition("#")
    if not number.isdigit():
        return ()
    at = int(number)
    return tuple(f"{record}#{beside}" for beside in (at - 1, at + 1) if beside >= 0)


def _nearest(others: Sequence[tuple[str, Row]], own: Row) -> list[str]:
    by_kind: Mapping[str, list[Row]] = {kind: [] for kind, _ in others}
    for kind, row in others:
        by_kind[kind].append(row)
    near: list[str] = []
    for _, rows in sorted(by_kind.items(), reverse=True):  # deals before contacts
        ordered = sorted(rows, key=lambda row: (abs(row.at - own.at), row.passage_id))
        near += [row.passage_id for row in ordered[:NEAREST_IN_TIME]]
    return near

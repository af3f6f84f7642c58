"""The index in a folder on this machine: vectors in Cognee's LanceDB.

Puts reach the disk before the cursor moves, and repeating a put changes nothing. So after a kill at any point, the next
process continues from the cursor and reaches the same result.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import replace
from pathlib import Path

import structlog

from integrations.memory.cognee_settings import configure, load
from integrations.memory.embedded.folder import IndexFolder, IndexState
from integrations.memory.embedded.vectors import LanceVectors
from integrations.memory.embedders import Embedder, Vectors
from integrations.memory.engine_errors import engine_failed
from integrations.memory.errors import IndexUnavailable
from integrations.memory.probe import is_sound
from integrations.memory.storage import Filter, IndexRows, IndexStatus
from store.domain.memory.passage import Passage
from store.domain.memory.retrieval import Hit

log = structlog.get_logger(__name__)

PUTS_BEFORE_COMPACTING, WORTH_COMPACTING = 16, 4


class EmbeddedStorage:
    """Made by `open_embedded`."""

    def __init__(self, folder: IndexFolder, state: IndexState, vectors: LanceVectors) -> None:
        self._folder = folder
        self._state = state
        self._vectors = vectors
        self._puts = 0

    @property
    def damaged(self) -> bool:
        return self._vectors.engine.failed

    @property
    def cursor(self) -> int:
        return self._state.cursor

    async def put(
        self, passages: Sequence[Passage], vectors: Vectors, *, gone: Collection[str], cursor: int | None
    ) -> None:
        await self._vectors.put(passages, vectors)
        await self._vectors.remove(gone)
        if cursor is not None:
            self._save(replace(self._state, cursor=cursor))
        self._puts += 1
        if self._puts >= PUTS_BEFORE_COMPACTING:
            await self._compact()

    async def forget(self, account_id: str) -> int:
        """Remove an account's passages so that no file of the index keeps a byte of them."""
        rows = await self._vectors.remove_account(account_id)
        with self._folder.tending():
            await self._vectors.erase_removed()
        await self._compact()
        return rows

    async def search(self, vector: Sequence[float], wanted: Filter, k: int) -> list[Hit]:
        return await self._vectors.search(vector, wanted, k)

    def rows(self) -> AsyncIterator[IndexRows]:
        return self._vectors.rows()

    async def settle(self) -> None:
        """Compact after a load; after a few puts, compacting costs more time than it saves searches."""
        if self._puts >= WORTH_COMPACTING:
            await self._compact()

    async def status(self) -> IndexStatus:
        return IndexStatus(
            passages=await self._vectors.count(),
            cursor=self._state.cursor,
            fingerprint=self._state.fingerprint,
            generation=self._state.generation,
            bytes_on_disk=sum(file.stat().st_size for file in self._folder.path.rglob("*") if file.is_file()),
            settled=self._puts < WORTH_COMPACTING,
        )

    async def close(self) -> None:
        """Close without raising the engine's errors: the next opening checks the files."""
        try:
            if not self._vectors.engine.stuck:  # it would wait for the engine
                await self._vectors.close()
        except BaseException as exc:
            if not engine_failed(exc):
                raise
            log.warning("memory.index.closed_badly", error=type(exc).__name__)
        finally:
            self._folder.release()

    async def _compact(self) -> None:
        with self._folder.tending():
            await self._vectors.compact()
        self._puts = 0

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
    """Return why these files must not be opened, if so: on some broken files native code crashes or hangs."""
    if folder.died_opening:
        return "the last process died while it opened the files"
    if folder.died_tending:
        return "two processes died while they cleared up the files"
    if not state.cursor:
        return None
    sound, _ = await asyncio.gather(is_sound(folder.files(state)), asyncio.to_thread(_load_engine))
    return None if sound else "its files are damaged"


def _load_engine() -> None:
    """Import ahead of time, so that opening doesn't wait for it."""
    load()
    import cognee.infrastructure.databases.vector.lancedb.LanceDBAdapter  # noqa: F401 - imported for its side effect


async def _opened(folder: IndexFolder, state: IndexState, embedder: Embedder) -> EmbeddedStorage:
    """Open the files. Raises whatever the engine raises on broken files, and ValueError if they hold less than the cursor
    says."""
    files = folder.files(state)
    with folder.opening():
        vectors = await asyncio.to_thread(LanceVectors, files / "vectors.lancedb", embedder.dimensions)
        try:
            if not await vectors.open() and state.cursor:
                raise ValueError("The index is emptier than its cursor says.")
            await vectors.search([1.0, *[0.0] * (embedder.dimensions - 1)], Filter(account_ids=["-"]), 1)
        except BaseException:
            await vectors.close()
            raise
    return EmbeddedStorage(folder, state, vectors)

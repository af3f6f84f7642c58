"""The memory's index in Cognee: finds passages close in meaning.

It follows the passages of our tables by position (`cursor`). It lives in a folder (`embedded`) or, if our tables are in
PostgreSQL, beside them (`postgres_index`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import numpy as np
from sqlalchemy import make_url

from integrations.memory.embedded.folder import DEFAULT_TENANT, IndexFolder, IndexState
from integrations.memory.embedded.index import open_embedded
from integrations.memory.embedders import Embedder, Purpose, Vectors
from integrations.memory.engine_errors import embedded
from integrations.memory.postgres.index import open_postgres
from integrations.memory.postgres.state import peek_postgres, postgres_index_exists
from integrations.memory.storage import Filter, IndexStatus, Storage, block_of
from integrations.memory.vector_cache import MOST_ROWS, AtHand
from store.domain.memory.passage import MemoryKind, Passage
from store.domain.memory.retrieval import Hit

EMBED_BATCH = 64  # texts per embedding call; the interpreter is free in between


class CogneeIndex:
    """Made by `open_index`. Reads run at any time; writes run one after the other.

    Every method raises IndexDamaged if an engine fails, and IndexUnavailable if it is unreachable or full.
    """

    def __init__(self, storage: Storage, embedder: Embedder) -> None:
        self.storage = storage
        self._embedder = embedder
        self._at_hand: AtHand | None = None
        self._is_large = False
        self._writing = asyncio.Lock()

    @property
    def damaged(self) -> bool:
        """Whether an engine has failed: then close the index and open it again."""
        return self.storage.damaged

    @property
    def cursor(self) -> int:
        """Position of the last indexed passage; 0 means none yet."""
        return self.storage.cursor

    async def put(self, passages: Sequence[Passage], *, gone: Collection[str] = (), cursor: int | None = None) -> None:
        """Put these passages, remove the `gone`, then move the cursor. The last passage with an id wins, unless the id is
        gone.

        Raises: EmbedderUnavailable, before anything was put; IndexUnavailable.
        """
        latest = [one for id, one in {each.id: each for each in passages}.items() if id not in gone]
        async with self._writing:
            parts = [np.empty((0, self._embedder.dimensions), dtype=np.float32)]
            for start in range(0, len(latest), EMBED_BATCH):
                parts.append(await self._embedded(latest[start : start + EMBED_BATCH]))
            vectors = np.concatenate(parts)
            with self._dropped_on_failure():
                await self.storage.put(latest, vectors, gone=gone, cursor=cursor)
                if self._at_hand is not None:
                    self._at_hand.remove(gone)
                    self._at_hand.put(block_of(latest, vectors))

    async def remove(self, ids: Collection[str]) -> None:
        await self.put([], gone=ids)

    async def forget(self, account_id: str) -> int:
        """Remove an account's passages and return how many there were. Raises: IndexUnavailable."""
        async with self._writing:
            with self._dropped_on_failure():
                if self._at_hand is not None:
                    self._at_hand.forget(account_id)
                return await self.storage.forget(account_id)

    async def settle(self) -> None:
        """Make everything put so far quick to search and load the vectors into memory; instant if there is nothing to do.

        Raises: IndexUnavailable.
        """
        async with self._writing:
            if self._at_hand is None and not self._is_large:
                self._at_hand = await self._held()
            await self.storage.settle()

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
        """Return the passages nearest in meaning, best first, from these accounts only; `until` is exclusive.

        Raises: EmbedderUnavailable, IndexUnavailable.
        """
        wanted = Filter(account_ids=account_ids, kinds=kinds, since=since, until=until)
        if not account_ids or k <= 0 or not query.strip():
            return []
        vector = (await embedded(self._embedder, [query], Purpose.QUERY))[0]
        if not vector.any():
            return []
        if self._at_hand is not None and (hits := self._at_hand.search(vector, wanted, k)) is not None:
            return hits
        return await self.storage.search(vector.tolist(), wanted, k)

    async def status(self) -> IndexStatus:
        kept = await self.storage.status()
        return replace(kept, settled=kept.settled and (self._at_hand is not None or self._is_large))

    async def close(self) -> None:
        if self.damaged:  # the writer may never return
            await self.storage.close()
            return
        async with self._writing:
            await self.storage.close()

    @contextmanager
    def _dropped_on_failure(self) -> Iterator[None]:
        """Drop the vectors in memory if the block fails, so no half-made change is served; settling loads them again."""
        try:
            yield
        except BaseException:
            self._at_hand = None
            raise

    async def _held(self) -> AtHand | None:
        """Load the vectors; None if there are too many."""
        at_hand = AtHand(self._embedder.dimensions)
        async for block in self.storage.rows():
            at_hand.put(block)
            if len(at_hand) > MOST_ROWS:
                self._is_large = True
                return None
            await asyncio.sleep(0)
        return at_hand

    async def _embedded(self, passages: Sequence[Passage]) -> Vectors:
        texts = [f"{one.title}\n{one.text}" for one in passages]
        return await embedded(self._embedder, texts, Purpose.DOCUMENT)


async def open_index(
    path: Path,
    embedder: Embedder,
    *,
    database_url: str = "",
    tenant: str = DEFAULT_TENANT,
    anew: bool = False,
    connections: int = 8,
) -> CogneeIndex:
    """Open a tenant's index: in the database if that is PostgreSQL, else in this folder, which Cognee needs either way.

    The index starts empty at cursor 0 if it is made `anew`, doesn't exist, came from another embedder, or can't be opened.
    In PostgreSQL it opens at most `connections` connections, and one more for its lock.
    A process's first call takes ten seconds. Raises: IndexBusy, IndexUnavailable.
    """
    storage: Storage
    if _in_postgres(database_url):
        storage = await open_postgres(
            database_url, embedder, tenant=tenant, scratch=path / "cognee", anew=anew, connections=connections
        )
    else:
        storage = await open_embedded(path, embedder, tenant=tenant, anew=anew)
    return CogneeIndex(storage, embedder)


async def peek_index(path: Path, *, database_url: str = "", tenant: str = DEFAULT_TENANT) -> IndexState | None:
    """Return how far the index has come, without opening it; None if there is none that can be read."""
    if _in_postgres(database_url):
        return await peek_postgres(database_url, tenant=tenant)
    return IndexFolder(path, tenant=tenant).peek()


async def index_exists(path: Path, *, database_url: str = "", tenant: str = DEFAULT_TENANT) -> bool:
    """Whether an index exists there, broken or not. Raises: IndexUnavailable."""
    if _in_postgres(database_url):
        return await postgres_index_exists(database_url, tenant=tenant)
    return await asyncio.to_thread(path.exists)


def _in_postgres(database_url: str) -> bool:
    return bool(database_url) and make_url(database_url).get_backend_name() in ("postgresql", "postgres")

"""Storage of an index: the embedded engines in a folder, or PostgreSQL. Both hold ids, times and vectors, but no text."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from integrations.memory.embedders import Vectors
from store.domain.memory.passage import MemoryKind, Passage
from store.domain.memory.retrieval import Hit


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Only `account_ids` are searched, and none means no hits; empty `kinds` means all kinds."""

    account_ids: Collection[str]
    kinds: Collection[MemoryKind] = ()
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexStatus:
    """`settled` if the index is as quick to search as it can be."""

    passages: int
    cursor: int
    fingerprint: str
    generation: int
    bytes_on_disk: int
    settled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexRows:
    """Some rows of an index, as parallel columns."""

    ids: Sequence[str]
    account_ids: Sequence[str]
    kinds: Sequence[str]
    at: Sequence[int]
    vectors: NDArray[np.floating]


def block_of(passages: Sequence[Passage], vectors: Vectors) -> IndexRows:
    return IndexRows(
        ids=[one.id for one in passages],
        account_ids=[one.account_id for one in passages],
        kinds=[one.kind for one in passages],
        at=[seconds(one.at) for one in passages],
        vectors=vectors,
    )


class Storage(Protocol):
    """One writer at a time; reads run at any time. All methods raise IndexUnavailable if the storage is out of reach."""

    @property
    def damaged(self) -> bool:
        """Whether an engine failed on its own files."""

    @property
    def cursor(self) -> int: ...

    async def put(
        self, passages: Sequence[Passage], vectors: Vectors, *, gone: Collection[str], cursor: int | None
    ) -> None:
        """Replace the passages with the same ids, remove the `gone`, and move the cursor last or in the same transaction."""

    async def forget(self, account_id: str) -> int:
        """Remove an account's passages and return how many there were."""

    async def search(self, vector: Sequence[float], wanted: Filter, k: int) -> list[Hit]:
        """Return hits, best first. A higher score is better: the cosine, from −1 to 1."""

    def rows(self) -> AsyncIterator[IndexRows]:
        """Yield all rows, some thousands at a time. Nothing is written meanwhile."""

    async def settle(self) -> None:
        """Do the upkeep that pays off after many puts."""

    async def status(self) -> IndexStatus: ...

    async def close(self) -> None: ...


def seconds(at: datetime) -> int:
    """Seconds since 1970, the index's format for times."""
    return int(at.timestamp())

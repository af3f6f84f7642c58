"""What an index is kept in: the embedded engines in a folder, or PostgreSQL. Both hold ids, times and vectors, and no text."""

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
    """`account_ids` is what may be seen, and nothing is found without any; an empty `kinds` means all of them."""

    account_ids: Collection[str]
    kinds: Collection[MemoryKind] = ()
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexStatus:
    """`settled` where nothing is left to be done that makes it quicker to search."""

    passages: int
    cursor: int
    fingerprint: str
    generation: int
    bytes_on_disk: int
    settled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Rows of an index: what is kept of some passages, in the same order."""

    ids: Sequence[str]
    account_ids: Sequence[str]
    kinds: Sequence[str]
    at: Sequence[int]
    vectors: NDArray[np.floating]


def block_of(passages: Sequence[Passage], vectors: Vectors) -> Block:
    return Block(
        ids=[one.id for one in passages],
        account_ids=[one.account_id for one in passages],
        kinds=[one.kind for one in passages],
        at=[seconds(one.at) for one in passages],
        vectors=vectors,
    )


class Storage(Protocol):
    """One writes at a time; reads are answered at any time. All raise IndexUnavailable where what it is kept in is out of reach."""

    @property
    def damaged(self) -> bool:
        """Whether an engine failed on its own files."""

    @property
    def cursor(self) -> int: ...

    async def put(
        self, passages: Sequence[Passage], vectors: Vectors, *, gone: Collection[str], cursor: int | None
    ) -> None:
        """Keeps these in the place of those with the same ids, removes the `gone`, and moves the cursor last or with them."""

    async def forget(self, account_id: str) -> int:
        """How many passages of it there were."""

    async def search(self, vector: Sequence[float], wanted: Filter, k: int) -> list[Hit]:
        """Best first. A higher score is better: the cosine, from −1 to 1."""

    def rows(self) -> AsyncIterator[Block]:
        """All there is, some thousands at a time. Nothing is written meanwhile."""

    async def settle(self) -> None:
        """Does what is best done once much was put."""

    async def status(self) -> IndexStatus: ...

    async def close(self) -> None: ...


def seconds(at: datetime) -> int:
    """Since 1970, as times are kept in the index."""
    return int(at.timestamp())

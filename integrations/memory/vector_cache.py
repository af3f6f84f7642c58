"""The vectors of a settled index, held in memory: comparing one person's few hundred accounts here is quicker than any
query.

Changes to the index are applied here too, so no stale passage is returned. A large index is not held, and the index itself
answers questions about many accounts.
"""

from __future__ import annotations

from collections.abc import Collection
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from integrations.memory.embedders import Vectors
from integrations.memory.storage import Filter, IndexRows, seconds
from store.domain.memory.passage import MemoryKind
from store.domain.memory.retrieval import Hit

MOST_ROWS = 400_000  # 600 MB at 384 dimensions
MOST_COMPARED = 10_000  # per question; beyond this the index is quicker
_KINDS = {kind: number for number, kind in enumerate(MemoryKind)}


class AtHand:
    """One row per passage; freed rows are reused."""

    def __init__(self, dimensions: int) -> None:
        self._ids: list[str] = []
        self._accounts: list[str] = []
        self._row_of: dict[str, int] = {}
        self._rows_of: dict[str, list[int]] = {}
        self._free: list[int] = []
        self._vectors = np.zeros((0, dimensions), np.float32)
        self._at = np.zeros(0, np.int64)
        self._kinds = np.zeros(0, np.int8)
        self._says = np.zeros(0, np.bool_)  # a text without content has a zero vector, which is near nothing

    def __len__(self) -> int:
        return len(self._row_of)

    def put(self, block: IndexRows) -> None:
        self.remove(block.ids)
        rows = [self._row(id, account) for id, account in zip(block.ids, block.account_ids, strict=True)]
        if rows:
            self._vectors[rows] = block.vectors
            self._at[rows] = block.at
            self._kinds[rows] = [_KINDS[MemoryKind(kind)] for kind in block.kinds]
            self._says[rows] = block.vectors.any(axis=1)

    def remove(self, ids: Collection[str]) -> None:
        for id in ids:
            row = self._row_of.pop(id, None)
            if row is not None:
                self._rows_of[self._accounts[row]].remove(row)
                self._vectors[row] = 0
                self._ids[row] = ""
                self._free.append(row)

    def forget(self, account_id: str) -> None:
        self.remove([self._ids[row] for row in self._rows_of.get(account_id, ())])
        self._rows_of.pop(account_id, None)

    def search(self, vector: Vectors, wanted: Filter, k: int) -> list[Hit] | None:
        """Return hits by cosine, best first; None if there are more to compare than this is good for."""
        mine = [self._rows_of.get(each, []) for each in set(wanted.account_ids)]
        if sum(map(len, mine)) > MOST_COMPARED:
            return None
        rows = np.fromiter(chain.from_iterable(mine), np.int64)
        rows = rows[self._fitting(rows, wanted)]
        if not len(rows):
            return []
        scores = self._vectors.take(rows, axis=0) @ vector
        few = min(k, len(rows))
        best = np.argpartition(-scores, few - 1)[:few]
        # The last digits depend on the row order in memory and would reorder equal scores.
        nearest = np.round(scores[best].astype(float), 5).tolist()
        hits = [Hit(self._ids[row], score) for row, score in zip(rows[best].tolist(), nearest, strict=True)]
        return sorted(hits, key=lambda hit: (-hit.score, hit.passage_id))

    def _fitting(self, rows: NDArray[np.int64], wanted: Filter) -> NDArray[np.bool_]:
        fitting = self._says[rows]
        if wanted.kinds:
            fitting &= np.isin(self._kinds[rows], [_KINDS[kind] for kind in wanted.kinds])
        if wanted.since is not None:
            fitting &= self._at[rows] >= seconds(wanted.since)
        if wanted.until is not None:
            fitting &= self._at[rows] < seconds(wanted.until)
        return fitting

    def _row(self, id: str, account_id: str) -> int:
        if self._free:
            row = self._free.pop()
            self._ids[row], self._accounts[row] = id, account_id
        else:
            row = len(self._ids)
            self._ids.append(id)
            self._accounts.append(account_id)
            if row >= len(self._at):
                self._grow(max(1_024, 2 * row))
        self._row_of[id] = row
        self._rows_of.setdefault(account_id, []).append(row)
        return row

    def _grow(self, size: int) -> None:
        more = size - len(self._at)
        self._vectors = np.concatenate([self._vectors, np.zeros((more, self._vectors.shape[1]), np.float32)])
        self._at = np.concatenate([self._at, np.zeros(more, np.int64)])
        self._kinds = np.concatenate([self._kinds, np.zeros(more, np.int8)])
        self._says = np.concatenate([self._says, np.zeros(more, np.bool_)])

"""The vectors of accounts that were asked about lately, held in memory: most questions are about the accounts of one person, asked
again and again, and comparing some hundred vectors takes less than the way to any index.

What the index changes is let go of here, so that nothing is answered that stands there no more; whatever is not at hand is read
from it once.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from integrations.memory.embedders import Vectors
from integrations.memory.storage import Block, Filter, seconds
from store.domain.retrieval import Hit

MOST_ACCOUNTS = 1_000  # of one question; those about more are for the index
MOST_ROWS = 65_536  # 100 MB at 384 dimensions


Load = Callable[[Collection[str]], Awaitable[Mapping[str, Block]]]


class AtHand:
    """`load` reads blocks from the index; accounts of which it holds nothing may be missing in what it gives."""

    def __init__(self, load: Load, *, dimensions: int, most_rows: int = MOST_ROWS) -> None:
        self._load = load
        self._empty = Block(ids=(), kinds=(), at=np.empty(0, np.int64), vectors=np.empty((0, dimensions), np.float32))
        self._most_rows = most_rows
        self._blocks: OrderedDict[str, Block] = OrderedDict()
        self._account_of: dict[str, str] = {}  # of each passage at hand
        self._rows = 0
        self._changes = 0

    def changed(self, *, accounts: Iterable[str] = (), passages: Iterable[str] = ()) -> None:
        """These are not as they were."""
        self._changes += 1
        for account_id in {*accounts, *(self._account_of.get(each, "") for each in passages)}:
            self._drop(account_id)

    async def search(self, vector: Vectors, wanted: Filter, k: int) -> list[Hit]:
        """The same as the index would say, for at most MOST_ACCOUNTS accounts."""
        blocks = [block for block in await self._at_hand(set(wanted.account_ids)) if len(block.ids)]
        if not blocks:
            return []
        scores = np.concatenate([block.vectors for block in blocks]) @ vector
        fits = np.concatenate([_fits(block, wanted) for block in blocks])
        scores = np.where(fits, scores, -np.inf)
        ids = [id for block in blocks for id in block.ids]
        few = min(k, len(ids))
        best = np.argpartition(-scores, few - 1)[:few]
        # The last digits hang on how the rows lie in memory, and would turn the order of equals about.
        hits = [Hit(passage_id=ids[at], score=round(float(scores[at]), 5)) for at in best if np.isfinite(scores[at])]
        return sorted(hits, key=lambda hit: (-hit.score, hit.passage_id))

    async def _at_hand(self, account_ids: Collection[str]) -> list[Block]:
        missing = [each for each in account_ids if each not in self._blocks]
        read: dict[str, Block] = {}
        if missing:
            before = self._changes
            found = await self._load(missing)
            read = {each: found.get(each, self._empty) for each in missing}
            if before == self._changes:  # else it may be older than what was put meanwhile
                for account_id, block in read.items():
                    self._keep(account_id, block)
        for account_id in account_ids:
            if account_id in self._blocks:
                self._blocks.move_to_end(account_id)
        blocks = [read.get(each) or self._blocks.get(each) for each in account_ids]
        while self._rows > self._most_rows:
            self._drop(next(iter(self._blocks)))
        return [block for block in blocks if block is not None]

    def _keep(self, account_id: str, block: Block) -> None:
        self._drop(account_id)
        self._blocks[account_id] = block
        self._account_of.update(dict.fromkeys(block.ids, account_id))
        self._rows += len(block.ids)

    def _drop(self, account_id: str) -> None:
        block = self._blocks.pop(account_id, None)
        if block is not None:
            self._rows -= len(block.ids)
            for id in block.ids:
                self._account_of.pop(id, None)


def _fits(block: Block, wanted: Filter) -> NDArray[np.bool_]:
    fits = np.asarray(block.vectors.any(axis=1))  # a text without any content is near to nothing
    if wanted.kinds:
        kinds = {kind.value for kind in wanted.kinds}
        fits &= np.fromiter((kind in kinds for kind in block.kinds), np.bool_, len(block.kinds))
    if wanted.since is not None:
        fits &= block.at >= seconds(wanted.since)
    if wanted.until is not None:
        fits &= block.at < seconds(wanted.until)
    return fits

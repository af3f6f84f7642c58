"""Wait until a proposal of an owner moves, so that an open modal can follow. Only moves in this process are noticed; so look again
when the time is over, too."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

from store.domain.gate.moves import ProposalMoved


class Watch:
    """Set by each move of one owner's proposals."""

    def __init__(self) -> None:
        self._moved = asyncio.Event()

    def set(self) -> None:
        self._moved.set()

    async def next(self, *, seconds: float) -> None:
        """Wait for the next move since the last call, at most this long."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._moved.wait(), seconds)
        self._moved.clear()


class Moves:
    def __init__(self) -> None:
        self._watches: defaultdict[str, set[Watch]] = defaultdict(set)

    def follow(self, moved: Sequence[ProposalMoved]) -> None:
        """Subscribes to `store.database.Database`."""
        for owner_id in {each.proposal.owner_id for each in moved}:
            for watch in self._watches.get(owner_id, ()):
                watch.set()

    @contextmanager
    def watching(self, owner_id: str) -> Iterator[Watch]:
        """Notice each move of this owner's proposals from here on."""
        watch = Watch()
        self._watches[owner_id].add(watch)
        try:
            yield watch
        finally:
            self._watches[owner_id].discard(watch)
            if not self._watches[owner_id]:
                del self._watches[owner_id]

"""Who goes first where many wait for few places: presses before questions, questions before the bot's own work.

The rank belongs to the task, and to the tasks it starts: the edge sets it once for each request (`ranked`), and every queue on
the way goes by it. asyncio's own locks and semaphores admit in the order of arrival only.
"""

from __future__ import annotations

import asyncio
import heapq
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from enum import IntEnum
from itertools import count


class Rank(IntEnum):
    """A press or an approved write; something else a person waits for; the bot's own work."""

    PRESS = 0
    QUESTION = 1
    OWN = 2


_rank: ContextVar[Rank | None] = ContextVar("rank", default=None)


def rank_as(rank: Rank) -> None:
    """Give this task a rank, and the tasks it starts from now on."""
    _rank.set(rank)


@contextmanager
def ranked(rank: Rank) -> Iterator[None]:
    """Give the block this rank."""
    before = _rank.set(rank)
    try:
        yield
    finally:
        _rank.reset(before)


def rank_of(*, urgent: bool) -> Rank:
    """The rank of something that this task does now. All that a press needs goes first. Otherwise, what isn't `urgent` is the
    bot's own work, whoever caused it; a task without a rank asks like a person who waits."""
    rank = _rank.get()
    if rank is Rank.PRESS or urgent:
        return Rank.QUESTION if rank is None else rank
    return Rank.OWN


def own_rank() -> Rank:
    """The rank that this task was given; without one it does the bot's own work."""
    rank = _rank.get()
    return Rank.OWN if rank is None else rank


def is_question() -> bool:
    """Whether this task serves a question or another errand of a person, which may wait for presses."""
    return _rank.get() is Rank.QUESTION


class Lanes:
    """A number of places. `spare` of them are for presses alone, so that no amount of other work takes all."""

    def __init__(self, places: int, *, spare: int = 0) -> None:
        self._free = places
        self._spare = spare
        self._waiting: list[tuple[Rank, int, int, asyncio.Future[None]]] = []
        self._wanted: Counter[str] = Counter()
        self._order = count()

    @asynccontextmanager
    async def place(self, rank: Rank, *, of: str = "") -> AsyncIterator[None]:
        """Wait for a place behind those of this rank or a better one, and hold it for the block. Of one rank, those who want fewer
        places go first, if they are named by `of`."""
        self._wanted[of] += 1
        try:
            await self._take(rank, self._wanted[of] if of else 0)
            try:
                yield
            finally:
                self._free += 1
                self._admit()
        finally:
            self._wanted[of] -= 1
            if not self._wanted[of]:
                del self._wanted[of]

    async def _take(self, rank: Rank, wanted: int) -> None:
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (rank, wanted, next(self._order), turn))
        self._admit()
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():  # it got the place just before
                self._free += 1
            turn.cancel()
            self._admit()
            raise

    def _admit(self) -> None:
        while self._waiting and self._has_place_for(self._waiting[0][0]):
            *_, turn = heapq.heappop(self._waiting)
            if not turn.done():
                self._free -= 1
                turn.set_result(None)

    def _has_place_for(self, rank: Rank) -> bool:
        return self._free > (0 if rank is Rank.PRESS else self._spare)

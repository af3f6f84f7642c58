"""Who calls next: for each method there is a line, a press first, then a question, then the bot's own work.

One of a line at a time asks the ledger. A call whose channel had too many messages just now lets those of other channels pass.
"""

from __future__ import annotations

import asyncio
from bisect import insort
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count as counting

import structlog

from bot.delivery.web_api.ledgers import Clock, Entry, Ledger
from bot.delivery.web_api.rates import Limit, limits, method
from store.lanes import Rank
from store.repositories.slack_calls import Wait

log = structlog.get_logger()

WORTH_LOGGING = 5.0  # seconds
QUICK = 1.0  # a call that takes no longer is counted from when it left


class Busy(Exception):
    """It isn't this call's turn for so many seconds, which is longer than it is worth."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"in {seconds:.1f} s")
        self.seconds = seconds


@dataclass(order=True, slots=True)
class _Waiting:
    rank: Rank
    place: int
    limits: Sequence[Limit] = field(compare=False)
    count: int = field(compare=False)
    turn: asyncio.Future[list[Entry]] = field(compare=False)
    not_before: float = field(default=0.0, compare=False)


class Turns:
    """`percent` of Slack's rates; 0 counts nothing, and only Slack's own pauses are kept. `clock` is the ledger's."""

    def __init__(self, ledger: Ledger, *, percent: int = 100, clock: Clock | None = None) -> None:
        self._ledger = ledger
        self._percent = percent
        self._clock = clock or Clock()
        self._lines: dict[str, _Line] = {}

    async def take(self, name: str, *, rank: Rank, channel: str = "", count: int = 1) -> list[Entry]:
        """Wait for so many turns of a method; return an entry for each. Raises: Busy if that takes longer than it is worth."""
        line = self._lines.setdefault(name, _Line(self._ledger, self._clock))
        asked, began = limits(name, channel, percent=self._percent), self._clock.now()
        entries = await line.turn(asked, count=count, rank=rank, patience=method(name).patience)
        if (waited := self._clock.now() - began) > WORTH_LOGGING:
            log.info("slack.paced", method=name, seconds=round(waited, 1), rank=rank.name.lower())
        return entries

    async def arrived(self, entry: Entry, *, since: float) -> None:
        """Slack has answered a call that left at this moment of our `now`."""
        if self._clock.now() - since > QUICK:
            await self._ledger.arrived_late(entry)

    async def give_back(self, name: str, entries: Sequence[Entry]) -> None:
        """These turns are not needed after all."""
        for entry in entries:
            await self._ledger.give_back(entry)
        if entries:
            self._lines[name].look_again()

    def now(self) -> float:
        return self._clock.now()

    async def pause(self, name: str, seconds: float) -> None:
        """Slack wants no call of this method for so long."""
        log.warning("slack.throttled", method=name, seconds=seconds)
        await self._ledger.pause(name, seconds)


class _Line:
    """Those who wait for one method."""

    def __init__(self, ledger: Ledger, clock: Clock) -> None:
        self._ledger = ledger
        self._clock = clock
        self._waiting: list[_Waiting] = []
        self._barred: defaultdict[Rank, float] = defaultdict(float)  # by rank, until when the whole method is
        self._places = counting()
        self._news = asyncio.Event()
        self._serving: asyncio.Task[None] | None = None

    async def turn(self, limits: Sequence[Limit], *, count: int, rank: Rank, patience: float | None) -> list[Entry]:
        if patience == 0:
            return await self._now_or_never(limits, count, rank)
        future: asyncio.Future[list[Entry]] = asyncio.get_running_loop().create_future()
        mine = _Waiting(rank, next(self._places), limits, count, future)
        insort(self._waiting, mine)
        self._news.set()
        if self._serving is None:
            self._serving = asyncio.create_task(self._serve(), name=f"turns:{limits[0].key}")
        try:
            async with asyncio.timeout(self._clock.real(patience)):
                return await future
        except TimeoutError:
            raise Busy(max(1.0, self._free_at(mine) - self._clock.now())) from None
        finally:
            if mine in self._waiting:
                self._waiting.remove(mine)
            self._news.set()

    def look_again(self) -> None:
        """A call may leave sooner than we thought."""
        self._barred.clear()
        for each in self._waiting:
            each.not_before = 0.0
        self._news.set()

    async def _now_or_never(self, limits: Sequence[Limit], count: int, rank: Rank) -> list[Entry]:
        if any(each.rank <= rank for each in self._waiting):
            raise Busy(1.0)
        taken = await self._ledger.take(limits, count=count, own=rank is Rank.OWN)
        if isinstance(taken, Wait):
            raise Busy(taken.seconds)
        return taken

    async def _serve(self) -> None:
        try:
            while self._waiting:
                self._news.clear()
                until = await self._admit_one()
                if until is not None:
                    await self._until(until)
        except Exception as problem:  # no call may wait for ever: each fails as this did
            log.error("slack.turns_failed", error=type(problem).__name__, exc_info=problem)
            for each in self._waiting:
                if not each.turn.done():
                    each.turn.set_exception(problem)
        finally:
            self._serving = None

    async def _admit_one(self) -> float | None:
        """Give the first who may call their turn. If there is none, returns when to look again."""
        for each in list(self._waiting):
            if each.turn.done() or self._free_at(each) > self._clock.now():
                continue
            taken = await self._ledger.take(each.limits, count=each.count, own=each.rank is Rank.OWN)
            if not isinstance(taken, Wait):
                if not each.turn.done():  # else they left meanwhile, and the turn is lost
                    each.turn.set_result(taken)
                self._waiting = [other for other in self._waiting if other is not each]
                return None
            until = self._clock.now() + taken.seconds
            if taken.key == each.limits[0].key:
                for rank in Rank:
                    if rank >= each.rank:
                        self._barred[rank] = max(self._barred[rank], until)
            else:
                each.not_before = until
        return min((self._free_at(each) for each in self._waiting), default=None)

    def _free_at(self, waiting: _Waiting) -> float:
        return max(waiting.not_before, self._barred[waiting.rank])

    async def _until(self, moment: float) -> None:
        """Until then, or until another call joins the line."""
        try:
            async with asyncio.timeout(self._clock.real(max(0.001, moment - self._clock.now()))):
                await self._news.wait()
        except TimeoutError:
            return

"""Drive approved writes to their end: at once after a press, and with a sweep for leftovers.

Only the rows say what to write. The engine just keeps the work going, so nothing is lost or written twice if the two
databases disagree after a crash.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from weakref import WeakValueDictionary

import structlog

from agents.flows.gate.execute_write import ExecuteWrite
from agents.flows.gate.expire_proposals import ExpireProposals
from bot.jobs.work import Engine, Steps, Work
from bot.telemetry import request
from store.domain.errors import SergasError
from store.domain.gate.moves import ProposalMoved
from store.lanes import Rank, ranked
from store.retry import Backoff

log = structlog.get_logger()

# Checks of one write per piece of work, half a second apart at first; then it ends, and the next sweep starts another.
LOOKS = 40
FIRST_PAUSE = 0.5
EVERY = timedelta(seconds=15)  # how often the clock starts leftover writes


class WriteJob:
    """Starts a write as soon as it is released; the work happens on the engine."""

    def __init__(
        self,
        execute: ExecuteWrite,
        expire: ExpireProposals,
        catch_up: Callable[[], Awaitable[None]],
        engine: Engine,
        *,
        at_once: int = 50,
    ) -> None:
        self._execute = execute
        self._expire = expire
        self._catch_up = catch_up
        self._engine = engine
        self._released = asyncio.Event()
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        engine.carry(Work(name="writes", run=self._carry, at_once=at_once, endless=True))

    def follow(self, moved: Sequence[ProposalMoved]) -> None:
        """Subscribes to `store.database.Database`, so that a released write doesn't wait for the next sweep."""
        if any(each.releases_write for each in moved):
            self._released.set()

    async def hear(self) -> None:
        """After each release, see that every open write is driven, until cancelled."""
        while True:
            await self._released.wait()
            self._released.clear()
            with request():
                await self.start(urgent=True)

    async def start(self, *, urgent: bool = False) -> None:
        """See that every open write is driven."""
        open_ids = await self._execute.open()
        await asyncio.gather(*(self._engine.start("writes", f"exec:{each}", each, urgent=urgent) for each in open_ids))

    async def expire(self) -> int:
        """Expire undecided proposals. Returns how many."""
        return await self._expire()

    async def sweep(self) -> int:
        """Drive each open write one step, expire overdue proposals, and show pending updates. Returns how many writes were
        open."""
        await self._expire()
        open_ids = await self._execute.open()
        await asyncio.gather(*(self._look(proposal_id) for proposal_id in open_ids))
        await self._catch_up()
        return len(open_ids)

    async def _carry(self, steps: Steps, proposal_id: str) -> None:
        """Take one write step by step to its end. Pauses are short and in real time, whatever the bot's clock says."""
        pauses = Backoff(FIRST_PAUSE, EVERY.total_seconds())
        for look in range(LOOKS):
            if not await steps.step(self._look, proposal_id):
                return
            await steps.sleep(pauses.after(look + 1))

    async def _look(self, proposal_id: str) -> bool:
        """Drive it one step. Returns whether it is still open. One at a time per process; a failure leaves it open."""
        turn = self._turns.setdefault(proposal_id, asyncio.Lock())
        async with turn:
            with request(proposal_id[:8]), ranked(Rank.PRESS):  # as in the audit trail; a person waits for it
                try:
                    await self._execute.drive(proposal_id)
                    return proposal_id in await self._execute.open()
                except SergasError as exc:
                    log.warning("write.postponed", proposal_id=proposal_id, problem=str(exc), error=type(exc).__name__)
                except Exception as exc:  # a job runner: the other writes go on
                    log.error("write.failed", proposal_id=proposal_id, error=type(exc).__name__, exc_info=exc)
        return True

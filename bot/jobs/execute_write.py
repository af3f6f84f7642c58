"""Keep driving approved writes until each has an end: at once after a press, and by a sweep for whatever is left over."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import structlog

from agents.flows.execute_write import ExecuteWrite
from agents.flows.expire_proposals import ExpireProposals
from agents.ports import Delivery
from bot.telemetry import request
from store.domain.errors import SergasError

log = structlog.get_logger()

GRACE_SECONDS = 10.0


class WriteJob:
    """`kick` is cheap and may be called from a listener; the work happens in `run`."""

    def __init__(
        self, execute: ExecuteWrite, expire: ExpireProposals, delivery: Delivery, *, every_seconds: float = 15.0
    ) -> None:
        self._execute = execute
        self._expire = expire
        self._delivery = delivery
        self._every = every_seconds
        self._kicked = asyncio.Event()
        self._driving: dict[str, asyncio.Task[None]] = {}

    def kick(self) -> None:
        """Sweep as soon as possible."""
        self._kicked.set()

    async def run(self) -> None:
        """Sweep at the start, after each kick and every so often, until cancelled; then what is on its way to the CRM may
        still end. A write that hangs holds up no other."""
        try:
            while True:
                self._kicked.clear()
                with request():
                    await self._start()
                    await self._delivery.catch_up()
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._kicked.wait(), self._every)
        finally:
            if self._driving:
                await asyncio.wait(set(self._driving.values()), timeout=GRACE_SECONDS)

    async def sweep(self) -> int:
        """Drive every open write one step and wait for that, expire what is over time, and show what could not be shown
        before; returns how many writes were open."""
        driving = await self._start()
        if driving:
            await asyncio.wait(driving)
        await self._delivery.catch_up()
        return len(driving)

    async def _start(self) -> set[asyncio.Task[None]]:
        """See that every open write is driven, each by one task at a time; returns those tasks."""
        await self._expire()
        for proposal_id in await self._execute.open():
            if proposal_id not in self._driving:
                self._driving[proposal_id] = asyncio.create_task(self._drive(proposal_id))
        return set(self._driving.values())

    async def _drive(self, proposal_id: str) -> None:
        with request(proposal_id[:8]):  # as in the audit trail
            try:
                await self._execute.drive(proposal_id)
            except SergasError as exc:  # the row stays open: the next sweep goes on with it
                log.warning("write.postponed", proposal_id=proposal_id, problem=str(exc), error=type(exc).__name__)
            except Exception as exc:  # a job runner: the other writes go on
                log.error("write.failed", proposal_id=proposal_id, error=type(exc).__name__, exc_info=exc)
            finally:
                self._driving.pop(proposal_id, None)

"""The inbox: store each request from Slack before acknowledging it, and handle it again if a process dies meanwhile.

Bolt acknowledges an event before its listener runs, and Slack never resends an acknowledged one. So the request is stored until
its listener ends; an unfinished one is dispatched again as if it were new. Handling a request twice is safe: decisions move
by compare-and-set, and answers and reviews have keys derived from the request's. By then it is too late to open a modal (a
trigger lives three seconds), so the person is asked to press again.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from datetime import timedelta

import structlog
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from agents.flows.access.identity import Caller
from agents.flows.access.trail import note_refused
from agents.ports import Clock
from bot.inbound.admission import TAKEN_AGAIN
from bot.inbound.put_off import PutOff
from store.database import Database
from store.domain.running.fair_use import Allowance, Allowances, Bucket, Errand, Turn, Wait
from store.repositories.inbox import StoredRequest

log = structlog.get_logger()

Dispatch = Callable[[AsyncBoltRequest], Awaitable[BoltResponse]]


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxPolicy:
    """A request that is unfinished after `after` starts again, `attempts` times in all. The key of a handled one is kept for
    `remember`, far longer than Slack's own retries."""

    after: timedelta = timedelta(seconds=60)
    attempts: int = 5
    remember: timedelta = timedelta(days=7)


class Inbox:
    """Processes may share one inbox: only one of them may repeat a request."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        policy: InboxPolicy | None = None,
        *,
        allowances: Allowances | None = None,
    ) -> None:
        self._database = database
        self._clock = clock
        self._allowances = allowances or {}
        self._put_off = PutOff(self._count)
        self._policy = policy or InboxPolicy()
        self._dispatch: Dispatch | None = None

    def connect(self, dispatch: Dispatch) -> None:
        """Set this process's handler for requests."""
        self._dispatch = dispatch

    async def keep(self, key: str, body: str | None) -> bool:
        """Store a request durably; False if it was stored before. One without a body needs no handling, only deduplication.
        Raises: StoreUnavailable."""
        async with self._database.transaction(urgent=True) as tx:
            return await tx.inbox.first_time(key, self._clock.now(), body=body)

    async def ask(self, key: str, body: str, errand: Errand, caller: Caller) -> Turn | None:
        """Store a request that fair use counts, and say whether it has its turn; None if it was stored before. One that has to wait
        is kept only as far as the person is still to hear that. Raises: StoreUnavailable."""
        now = self._clock.now()
        if (wait := self._put_off.again(key, caller, errand)) is not None:
            return Turn(bucket=Bucket(tokens=0, at=now), wait=wait)
        allowance = self._allowances.get(errand, Allowance())
        async with self._database.transaction(urgent=True) as tx:
            if not await tx.inbox.first_time(key, now, person=caller.slack, errand=errand):
                return None
            turn = await tx.fair_use.turn(caller.slack, errand, allowance, now, key=key)
            if turn.wait is not None:
                await note_refused(tx, caller, f"errand.{errand}", errand, why=turn.wait)
            if turn.wait is None or turn.tell:
                await tx.inbox.begin(key, now, body)
        if turn.wait is not None and not turn.tell:
            self._put_off.remember(caller, errand, turn.wait)
        return turn

    async def _count(self, caller: Caller, errand: Errand, wait: Wait, keys: Collection[str]) -> None:
        async with self._database.transaction(urgent=True) as tx:
            times = await tx.inbox.first_times(keys, self._clock.now(), person=caller.slack, errand=errand)
            if times:
                await note_refused(tx, caller, f"errand.{errand}", errand, why=wait, times=times)

    async def done(self, key: str) -> None:
        """Mark a request as handled and delete its content."""
        self._put_off.forget()
        async with self._database.transaction() as tx:
            await tx.inbox.done(key, self._clock.now())

    async def replay(self) -> int:
        """Start unfinished requests again. Returns how many; their listeners may end later."""
        if self._dispatch is None:
            return 0
        async with self._database.reading() as tx:
            left = await tx.inbox.left_over(taken_before=self._clock.now() - self._policy.after)
        return sum([await self._again(kept, self._dispatch) for kept in left])

    async def purge(self) -> int:
        """Delete the keys of requests handled long ago. Returns how many."""
        async with self._database.transaction() as tx:
            return await tx.inbox.purge(self._clock.now() - self._policy.remember)

    async def _again(self, kept: StoredRequest, dispatch: Dispatch) -> bool:
        if kept.attempts >= self._policy.attempts:
            log.error("inbox.given_up", key=kept.key, attempts=kept.attempts)
            await self.done(kept.key)
            return False
        async with self._database.transaction() as tx:
            if not await tx.inbox.take(kept, self._clock.now()):
                return False
        log.warning("inbox.taken_again", key=kept.key, attempt=kept.attempts + 1)
        # As over a socket, there is no signature to check: it was checked on arrival.
        context = {TAKEN_AGAIN: kept.key}
        request = AsyncBoltRequest(body=json.loads(kept.body), mode="socket_mode", context=context)
        await asyncio.create_task(_dispatched(request, dispatch))  # keep its context variables out of our task
        return True


async def _dispatched(request: AsyncBoltRequest, dispatch: Dispatch) -> None:
    await dispatch(request)

"""The inbox: what Slack sent is kept before it is acknowledged, and handled again where a process died in the middle of it.

Bolt acknowledges an event before its listener runs, and Slack sends nothing again that was acknowledged. So the request itself
is kept, until its listener has ended; one that nobody ended is dispatched anew, as if it had come just now. Handling a request
twice does no harm: decisions move by compare-and-set, answers and reviews have keys made of the request's. A modal cannot be
opened any more then (its trigger lives three seconds); the person is told to press again.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

import structlog
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from agents.ports import Clock
from bot.inbound.admission import TAKEN_AGAIN
from store.database import Database
from store.repositories.inbox import Kept

log = structlog.get_logger()

Dispatch = Callable[[AsyncBoltRequest], Awaitable[BoltResponse]]


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxPolicy:
    """A request that nobody ended within `after` is begun again, `attempts` times in all. The key of one that was handled is
    known for `remember`, far longer than Slack repeats anything."""

    after: timedelta = timedelta(seconds=60)
    attempts: int = 5
    remember: timedelta = timedelta(days=7)


class Inbox:
    """Many processes may share one: of those that take a request again one may."""

    def __init__(self, database: Database, clock: Clock, policy: InboxPolicy | None = None) -> None:
        self._database = database
        self._clock = clock
        self._policy = policy or InboxPolicy()
        self._dispatch: Dispatch | None = None

    def connect(self, dispatch: Dispatch) -> None:
        """Say by what requests are handled in this process."""
        self._dispatch = dispatch

    async def keep(self, key: str, body: str | None) -> bool:
        """Keep a request durably; False where it was kept before. Without a body it asks for nothing and is only known
        again. Raises: StoreUnavailable."""
        async with self._database.transaction(urgent=True) as tx:
            return await tx.inbox.first_time(key, self._clock.now(), body=body)

    async def done(self, key: str) -> None:
        """It was handled; what it said is forgotten."""
        async with self._database.transaction() as tx:
            await tx.inbox.done(key, self._clock.now())

    async def replay(self) -> int:
        """Begin again what nobody ended; returns how many requests were. Their listeners may end later."""
        if self._dispatch is None:
            return 0
        async with self._database.reading() as tx:
            left = await tx.inbox.left_over(taken_before=self._clock.now() - self._policy.after)
        return sum([await self._again(kept, self._dispatch) for kept in left])

    async def purge(self) -> int:
        """Forget the keys of what was handled long ago; returns how many."""
        async with self._database.transaction() as tx:
            return await tx.inbox.purge(self._clock.now() - self._policy.remember)

    async def _again(self, kept: Kept, dispatch: Dispatch) -> bool:
        if kept.attempts >= self._policy.attempts:
            log.error("inbox.given_up", key=kept.key, attempts=kept.attempts)
            await self.done(kept.key)
            return False
        async with self._database.transaction() as tx:
            if not await tx.inbox.take(kept, self._clock.now()):
                return False
        log.warning("inbox.taken_again", key=kept.key, attempt=kept.attempts + 1)
        # As over a socket: there is no signature to check, for it was checked when the request came.
        context = {TAKEN_AGAIN: kept.key}
        request = AsyncBoltRequest(body=json.loads(kept.body), mode="socket_mode", context=context)
        await asyncio.create_task(_dispatched(request, dispatch))  # what it binds to its task is none of ours
        return True


async def _dispatched(request: AsyncBoltRequest, dispatch: Dispatch) -> None:
    await dispatch(request)

"""Update a proposal's cards soon after it moves in this process."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence

import structlog

from store.domain.errors import SergasError
from store.domain.gate.moves import ProposalMoved

log = structlog.get_logger()

GRACE_SECONDS = 3.0  # after everything else has ended; the rows show the next process the rest
# Renders the messages that show these proposals of one owner.
Show = Callable[[str, Collection[str]], Awaitable[None]]


class CardRefresh:
    """Works in the background, separately for each owner, so that a slow update delays only that owner. Moves that arrive during
    an update are shown together afterwards: approving forty at once updates the brief a few times, not forty. The rows
    remember a failed update, and `SlackDelivery.catch_up` repeats it."""

    def __init__(self, show: Show, *, grace: float = GRACE_SECONDS) -> None:
        self._show = show
        self._grace = grace
        self._due: dict[str, set[str]] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def follow(self, moved: Sequence[ProposalMoved]) -> None:
        """Subscribes to `store.database.Database`."""
        for owner_id in {each.proposal.owner_id for each in moved}:
            ids = {each.proposal.id for each in moved if each.proposal.owner_id == owner_id}
            self._due.setdefault(owner_id, set()).update(ids)
            if owner_id not in self._tasks:
                self._tasks[owner_id] = asyncio.create_task(self._update(owner_id), name=f"cards:{owner_id}")

    async def settled(self) -> None:
        """Wait until each move so far is shown or left to `catch_up`."""
        while self._tasks:
            await asyncio.wait(self._tasks.values())

    async def drain(self) -> None:
        """When the process ends: like `settled`, but for at most `grace` seconds."""
        try:
            async with asyncio.timeout(self._grace):
                await self.settled()
        except TimeoutError:
            tasks = list(self._tasks.values())
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _update(self, owner_id: str) -> None:
        try:
            while ids := self._due.pop(owner_id, None):
                await self._shown(owner_id, ids)
        finally:
            del self._tasks[owner_id]

    async def _shown(self, owner_id: str, ids: Collection[str]) -> None:
        try:
            await self._show(owner_id, ids)
        except SergasError as exc:
            log.warning("cards.postponed", proposals=sorted(ids), problem=str(exc), error=type(exc).__name__)
        except Exception as exc:  # a job runner: the next cards are still updated
            log.error("cards.failed", proposals=sorted(ids), error=type(exc).__name__, exc_info=exc)

"""The day's credits: counted by all processes together, corrected by what Zoho says, with a reserve for approved writes.

Zoho counts a rolling 24 hours and names what is left, in `X-API-CREDITS-REMAINING`, once half of it is spent. A count is kept
in memory for a second and then added to the database, so a process that is killed loses no more than that second.
Source: "API limits", zoho.com/crm/developer/docs/api/v8/api-limits.html.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from store.database import Database
from store.domain.errors import CrmUnavailable, StoreUnavailable
from store.domain.running.limits import CreditPolicy, Spent

log = structlog.get_logger()

REMAINING = "X-API-CREDITS-REMAINING"
EVERY = 1.0  # seconds between two additions to the database
AGAIN = 600.0  # seconds after which a refused read may find more


class CreditMeter:
    """Belongs to one event loop; `close` adds what is not counted yet."""

    def __init__(
        self,
        database: Database,
        key: str,
        policy: CreditPolicy,
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._database = database
        self._key = key
        self._policy = policy
        self._sleep = sleep
        self._spent: Spent | None = None
        self._calls = 0
        self._credits = 0
        self._told: int | None = None
        self._flushing: asyncio.Task[None] | None = None
        self._sleeping = False

    async def allow(self, charge: int, *, urgent: bool) -> None:
        """Let a call of this charge pass. Raises: CrmUnavailable for a read when only the reserve is left."""
        if urgent or not (self._policy.allowance or self._policy.reserved):
            return
        if self._spent is None or not self._may_read(charge):
            self._spent = await self._looked_up()  # others may have spent, and the day rolls on
        if not self._may_read(charge):
            log.warning("zoho.credits_reserved", spent=self._spent.credits, told=self._spent.remaining)
            raise CrmUnavailable(
                "Zoho's daily credits are used up but for the reserve for approved writes, so nothing is read until "
                "some come back; see `sergas status`.",
                retry_after=AGAIN,
            )

    def spend(self, charge: int) -> None:
        """A call of this charge is being made."""
        self._calls += 1
        self._credits += charge
        if self._told is not None:
            self._told -= charge
        if self._flushing is None:
            self._flushing = asyncio.create_task(self._flush_soon())

    def told(self, header: str | None) -> None:
        """What Zoho said with its answer is left of the day."""
        if header is not None and header.strip().isdigit():
            self._told = int(header)

    async def flush(self) -> None:
        """Add what was counted since the last time. Raises: StoreUnavailable, and what was counted stays."""
        calls, credits, told = self._calls, self._credits, self._told
        if not calls and told is None:
            return
        self._told = None  # what Zoho says while this is under way is newer
        async with self._database.transaction() as tx:
            await tx.usage.add(self._key, calls=calls, credits=credits, remaining=told)
            self._spent = await tx.usage.spent(self._key)
        self._calls, self._credits = self._calls - calls, self._credits - credits

    async def close(self) -> None:
        """Add what is left, for the last time."""
        if self._flushing is not None:
            if self._sleeping:
                self._flushing.cancel()
            await asyncio.gather(self._flushing, return_exceptions=True)
        await self._flush_or_keep()

    def _may_read(self, charge: int) -> bool:
        if self._told is not None:  # what was spent since is taken off already
            return self._policy.may_read(Spent(remaining=self._told), charge=charge)
        return self._spent is not None and self._policy.may_read(self._spent, charge=charge, pending=self._credits)

    async def _looked_up(self) -> Spent:
        try:
            async with self._database.reading() as tx:
                return await tx.usage.spent(self._key)
        except StoreUnavailable as exc:
            raise CrmUnavailable("Zoho's credits are counted in our database, which cannot be reached.") from exc

    async def _flush_soon(self) -> None:
        try:
            going_on = True
            while going_on and (self._calls or self._told is not None):
                self._sleeping = True
                await self._sleep(EVERY)
                self._sleeping = False
                going_on = await self._flush_or_keep()
        finally:
            self._flushing, self._sleeping = None, False

    async def _flush_or_keep(self) -> bool:
        """Tells whether it could be added; what could not be goes with the next call."""
        try:
            await self.flush()
        except StoreUnavailable:
            log.warning("zoho.credits_not_counted", calls=self._calls, credits=self._credits)
            return False
        return True

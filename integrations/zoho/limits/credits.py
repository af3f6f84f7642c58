"""The day's credits: counted by all processes together, corrected by Zoho's own figure, with a reserve for approved writes.

Zoho counts a rolling 24 hours and reports the remaining credits in `X-API-CREDITS-REMAINING` once half are spent. A count
stays in memory for a second before it is added to the database, so a killed process loses no more than that second. Source:
"API limits", zoho.com/crm/developer/docs/api/v8/api-limits.html.
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
AGAIN = 600.0  # seconds before a refused read should try again


class CreditMeter:
    """Belongs to one event loop; `close` saves the rest of the count."""

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
        """Admit a call with this charge. Raises: CrmUnavailable for a read if only the reserve is left."""
        if urgent or not (self._policy.allowance or self._policy.reserved):
            return
        if self._spent is None or not self._may_read(charge):
            self._spent = await self._looked_up()  # others may have spent credits, and old ones return
        if not self._may_read(charge):
            log.warning("zoho.credits_reserved", spent=self._spent.credits, told=self._spent.remaining)
            raise CrmUnavailable(
                "Only the reserve for approved writes is left of Zoho's daily credits, so nothing is read until "
                "some come back; see `sergas status`.",
                retry_after=AGAIN,
            )

    def spend(self, charge: int) -> None:
        """Count a call with this charge."""
        self._calls += 1
        self._credits += charge
        if self._told is not None:
            self._told -= charge
        if self._flushing is None:
            self._flushing = asyncio.create_task(self._flush_soon())

    def told(self, header: str | None) -> None:
        """Note Zoho's own figure for the rest of the day."""
        if header is not None and header.strip().isdigit():
            self._told = int(header)

    async def flush(self) -> None:
        """Add the count since the last time to the database. Raises: StoreUnavailable, and keeps the count."""
        calls, credits, told = self._calls, self._credits, self._told
        if not calls and told is None:
            return
        self._told = None  # a figure that Zoho sends meanwhile is newer
        async with self._database.transaction() as tx:
            await tx.usage.add(self._key, calls=calls, credits=credits, remaining=told)
            self._spent = await tx.usage.spent(self._key)
        self._calls, self._credits = self._calls - calls, self._credits - credits

    async def close(self) -> None:
        """Add the rest of the count."""
        if self._flushing is not None:
            if self._sleeping:
                self._flushing.cancel()
            await asyncio.gather(self._flushing, return_exceptions=True)
        await self._flush_or_keep()

    def _may_read(self, charge: int) -> bool:
        if self._told is not None:  # later spending is already subtracted
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
        """Add the count and return whether that worked; if not, it goes with the next call."""
        try:
            await self.flush()
        except StoreUnavailable:
            log.warning("zoho.credits_not_counted", calls=self._calls, credits=self._credits)
            return False
        return True

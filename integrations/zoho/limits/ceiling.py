"""Limits and counts for every call, whichever way it goes to Zoho."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx

from integrations.zoho.errors import retry_after
from integrations.zoho.limits.credits import REMAINING, CreditMeter
from integrations.zoho.limits.throttle import Throttle


@dataclass(frozen=True, slots=True)
class Limits:
    """Ceilings on calls, and the day's credits if they are counted. Shared by every transport of a process."""

    throttle: Throttle
    meter: CreditMeter | None = None

    @asynccontextmanager
    async def call(self, charge: int, *, urgent: bool) -> AsyncIterator[None]:
        """Wait for permission to make one call with this charge, and count it. Raises: CrmUnavailable."""
        if self.meter is not None:
            await self.meter.allow(charge, urgent=urgent)
        async with self.throttle.slot(urgent=urgent):
            if self.meter is not None:
                self.meter.spend(charge)
            yield

    async def heed(self, response: httpx.Response) -> None:
        """Note the answer's headers: how much is left of the day, and whether to slow down."""
        if self.meter is not None:
            self.meter.told(response.headers.get(REMAINING))
        if response.status_code == 429:
            await self.throttle.slow_down(retry_after(response))
        else:
            await self.throttle.went_well()

    async def close(self) -> None:
        """Save the counts."""
        await self.throttle.close()
        if self.meter is not None:
            await self.meter.close()

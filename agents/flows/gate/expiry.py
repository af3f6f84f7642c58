"""Until when a decision can be made: a lifetime in the owner's working time, fixed when the proposal is made."""

from __future__ import annotations

from datetime import datetime, timedelta

from store.database import Tx
from store.domain.gate.working_time import later


async def expiry(tx: Tx, owner_id: str, start: datetime, lifetime: timedelta) -> datetime:
    """The end of a lifetime that begins at `start`, over the owner's days off and their absence."""
    owner, absence = await tx.people.get(owner_id), await tx.absences.of(owner_id)
    return later(owner, start, lifetime, away=[absence] if absence else ()) if owner else start + lifetime

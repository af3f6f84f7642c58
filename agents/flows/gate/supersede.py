"""Put a proposal's next version in its place when the bot asks again: at a change in the CRM, or when its day passed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from agents.flows.access.trail import note
from store.database import Tx
from store.domain.gate.proposals import Proposal, State


async def supersede(
    tx: Tx,
    proposal: Proposal,
    successor: Proposal | None,
    action: str,
    *,
    now: datetime,
    request_id: str,
    unexpired: bool = False,
    error: str | None = None,
    **detail: Any,
) -> bool:
    """Supersede it with its successor, or with nothing and an `error` that says why; False if someone moved it in the meantime.

    The audit trail gets `action` with this `detail`. `unexpired` also requires that it has not expired by the database's clock.
    """
    gone = await tx.proposals.move(
        proposal.id,
        frm=[proposal.state],
        to=State.SUPERSEDED,
        unexpired=unexpired,
        digest=proposal.digest,
        error=error,
    )
    if gone is None:
        return False
    if successor is not None:
        await tx.proposals.add(successor)
    await note(
        tx,
        request_id,
        action,
        proposal.id,
        at=now,
        lineage=proposal.lineage,
        **detail,
        replaced_by=successor.id if successor else None,
        digest=successor.digest if successor else None,
    )
    return True

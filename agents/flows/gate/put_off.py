"""Put a proposal off until a moment: the part that Snooze shares with a rejection for now."""

from __future__ import annotations

from datetime import datetime, timedelta

from agents.flows.access.identity import Caller
from agents.flows.access.trail import note
from agents.flows.gate.admit import Admitted
from agents.flows.gate.expiry import expiry
from store.database import Tx
from store.domain.errors import AlreadyDecided
from store.domain.gate.proposals import Proposal, State


async def put_off(
    tx: Tx,
    caller: Caller,
    admitted: Admitted,
    *,
    until: datetime,
    now: datetime,
    lifetime: timedelta,
    reason: str | None = None,
    until_change: bool = False,
) -> Proposal:
    """Snooze it, with `until_change` at the latest until then; it expires a full lifetime after it wakes, and an endorsement no
    longer counts. Raises: AlreadyDecided."""
    moved = await tx.proposals.move(
        admitted.proposal.id,
        frm=[State.PENDING],
        to=State.SNOOZED,
        unexpired=True,
        decided_by=admitted.actor.id,
        decided_at=now,
        reason=reason,
        snoozed_until=until,
        until_change=until_change,
        expires_at=await expiry(tx, admitted.circle.owner.id, until, lifetime),
        endorsed_by=None,
        endorsed_at=None,
    )
    if moved is None:
        raise AlreadyDecided("Someone decided this a moment ago.", state=admitted.proposal.state)
    await note(
        tx,
        caller,
        "proposal.snoozed",
        moved.id,
        actor=admitted.actor,
        at=now,
        standing=str(admitted.standing),
        version=moved.version,
        until=until,
        account_id=moved.account_id,
        **({"reason_given": True} if reason else {}),
        **({"until_change": True} if until_change else {}),
    )
    return moved

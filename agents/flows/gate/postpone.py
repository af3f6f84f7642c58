"""Ask again with a later day if the day that a write names has passed: no one approves a task that is overdue at once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from secrets import token_hex

from agents.flows.gate.supersede import supersede
from store.database import Tx
from store.domain.crm.people import local_day, morning_after
from store.domain.gate.proposals import Proposal


@dataclass(frozen=True, slots=True, kw_only=True)
class Postponed:
    """The new version, pending, and the day it names instead."""

    proposal: Proposal
    to: date


async def postponed(tx: Tx, proposal: Proposal, *, now: datetime, expires_at: datetime) -> Postponed | None:
    """The next version, for the next working day of the person who has to do it; None if no day has passed in their time zone. An
    undo names the earlier day, and keeps it."""
    write = proposal.write
    person = await tx.people.get(write.doer() or proposal.owner_id)
    if person is None or proposal.undoes is not None or not write.is_past(local_day(person, now)):
        return None
    to = morning_after(person, now, days=1).date()
    advice = proposal.recommendation
    if not isinstance(advice.write, type(write)):
        return None
    later = proposal.next_version(
        write.postponed(to),
        id=token_hex(16),
        created_at=now,
        expires_at=expires_at,
        needs_second=proposal.needs_second,
    )
    asks = replace(advice, write=advice.write.postponed(to))
    return Postponed(proposal=replace(later, recommendation=asks, drifted=proposal.drifted), to=to)


async def put_off_due(tx: Tx, proposal: Proposal, later: Postponed, *, now: datetime, request_id: str) -> bool:
    """Supersede a pending proposal with its later version; False if someone moved it in the meantime."""
    return await supersede(
        tx,
        proposal,
        later.proposal,
        "proposal.postponed",
        now=now,
        request_id=request_id,
        unexpired=True,
        to=later.to.isoformat(),
    )

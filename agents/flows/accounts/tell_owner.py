"""The decisions that others made for an owner since their last brief, for the next one."""

from __future__ import annotations

from datetime import datetime

from store.database import Tx
from store.domain.access.rules import Standing
from store.domain.brief.for_you import ForYou, why_decided
from store.domain.gate.proposals import Proposal

_DECIDED = ("proposal.approved", "proposal.rejected", "proposal.snoozed")


async def decided_for(tx: Tx, owner_id: str, *, now: datetime) -> tuple[ForYou, ...]:
    """Each decision that no brief has mentioned yet, the oldest first; none before the owner's first brief."""
    last = await tx.briefs.recent(owner_id, limit=1)
    mentioned = {each.proposal_id for brief in last for each in brief.for_you}
    since = last[0].generated_at if last else now
    found = [each for each in await tx.proposals.decided_for(owner_id, since=since) if each.id not in mentioned]
    return tuple([await _for_you(tx, each) for each in found])


async def _for_you(tx: Tx, proposal: Proposal) -> ForYou:
    standing = await _standing(tx, proposal)
    return ForYou(
        account_id=proposal.account_id,
        account_name=proposal.account_name,
        proposal_id=proposal.id,
        by=proposal.decided_by or "",
        standing=standing,
        why=why_decided(proposal, standing),
    )


async def _standing(tx: Tx, proposal: Proposal) -> Standing | None:
    """In what capacity it was decided, as the trail says."""
    for entry in await tx.audit.entries(subject=proposal.id, newest_first=True):
        if entry.action in _DECIDED and entry.actor == proposal.decided_by:
            said = entry.detail.get("standing")
            return Standing(said) if said in tuple(Standing) else None
    return None

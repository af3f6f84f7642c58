"""Bring advice back after Reject or an undo, while it is current: as a new version; the old one keeps its state. Pure."""

from __future__ import annotations

from datetime import datetime

from store.domain.errors import Expired, GateClosed, Refused, Stale
from store.domain.gate.proposals import Proposal, State

REOPENABLE = frozenset({State.REJECTED, State.UNDONE})


def may_reopen(proposal: Proposal, *, now: datetime) -> bool:
    """Whether the newest version of a proposal offers a way back."""
    return proposal.state in REOPENABLE and proposal.undoes is None and now < proposal.expires_at


def may_lift(proposal: Proposal, *, now: datetime) -> bool:
    """Whether the newest version of a proposal is a rejection that may be lifted: it is too late to decide it."""
    is_past = proposal.state is State.REJECTED and proposal.undoes is None and now >= proposal.expires_at
    return is_past and proposal.lifted_at is None


def check_reopenable(
    proposal: Proposal, *, version: int, newest: Proposal, standing: Proposal | None, now: datetime
) -> None:
    """Whether this version may be brought back now. `newest` is the last version of its lineage, `standing` another open
    proposal of the same advice, if any.

    Raises: Refused for an undo; Stale if a newer version exists; GateClosed, Expired.
    """
    if proposal.undoes is not None:
        raise Refused("An undo can't be brought back; press Undo on the card again.")
    later = standing if standing is not None and standing.id != proposal.id else None
    brought_back = later is not None and later.lineage == proposal.lineage  # between two reads of the rows
    if proposal.version != version or newest.id != proposal.id or brought_back:
        raise Stale("This was brought back already; please decide the newer version.", state=newest.state)
    if proposal.state not in REOPENABLE:
        raise GateClosed(
            "This was neither rejected nor undone, so there is nothing to bring back.", state=proposal.state
        )
    if later is not None:
        raise GateClosed("The same advice is open in a newer message; please decide it there.", state=later.state)
    if now >= proposal.expires_at:
        raise Expired(
            "This is too old to bring back; if it still matters, a later brief asks again.", state=proposal.state
        )

"""A decision that someone else made for an owner: who, in which capacity, and why they could. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from store.domain.access.rules import Standing
from store.domain.gate.proposals import Proposal


class Why(StrEnum):
    """Why someone besides the owner decided."""

    EXPIRING = "expiring"  # it was offered to them before it expired
    AWAY = "away"  # they stood in for the owner
    PASSED = "passed"  # the owner said that it isn't theirs
    UNASKED = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ForYou:
    """A decision that `by` made for the owner; the next brief mentions it, once."""

    account_id: str
    account_name: str
    proposal_id: str
    by: str
    standing: Standing | None = None
    why: Why = Why.UNASKED


def why_decided(proposal: Proposal, standing: Standing | None) -> Why:
    """Why this was decided by someone in this capacity."""
    if standing is Standing.DELEGATE:
        return Why.AWAY
    if proposal.passed_by == proposal.owner_id:
        return Why.PASSED
    return Why.EXPIRING if proposal.offered_to == proposal.decided_by else Why.UNASKED

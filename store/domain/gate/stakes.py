"""Which writes are high-stakes and need two people, by the organisation's own rule. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from store.domain.gate.proposals import Proposal
from store.domain.gate.write import Write
from store.domain.signals.kinds import Risk


@dataclass(frozen=True, slots=True, kw_only=True)
class StakesPolicy:
    """A write needs a second approver if it is of one of `kinds`, changes one of `fields` of an account, or if the open
    amount of its account is at least `amount` (0: no amount does). By default none does."""

    kinds: frozenset[str] = frozenset()
    fields: frozenset[str] = frozenset()
    amount: float = 0.0


def needs_second(write: Write, *, amount: float, policy: StakesPolicy) -> bool:
    """Whether this write needs two people. `amount` is the open amount of its account."""
    if write.kind in policy.kinds:
        return True
    if policy.amount > 0 and amount >= policy.amount:
        return True
    return any(field in policy.fields for field in write.sets())


def is_low_risk(proposal: Proposal) -> bool:
    """Whether it may be approved together with others at one press: low risk, one approver, nothing overwritten, and
    unchanged since it was first shown."""
    return (
        proposal.recommendation.risk is Risk.LOW
        and not proposal.needs_second
        and not proposal.drifted
        and proposal.undoes is None
        and proposal.write.only_adds
    )

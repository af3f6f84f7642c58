"""Which writes are high-stakes and want two people, by the organisation's own rule. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from store.domain.gate.proposals import Proposal, Tool, UpdateAccount, Write
from store.domain.signals.kinds import Risk


@dataclass(frozen=True, slots=True, kw_only=True)
class StakesPolicy:
    """A write wants a second approver when it uses one of `tools`, changes one of `fields` of an account, or when the open
    amount of its account is at least `amount` (0: no amount does). By default none does."""

    tools: frozenset[Tool] = frozenset()
    fields: frozenset[str] = frozenset()
    amount: float = 0.0


def needs_second(write: Write, *, amount: float, policy: StakesPolicy) -> bool:
    """Whether this write wants two people. `amount` is the open amount of its account."""
    if write.tool in policy.tools:
        return True
    if policy.amount > 0 and amount >= policy.amount:
        return True
    return isinstance(write, UpdateAccount) and any(change.field in policy.fields for change in write.changes)


def is_low_risk(proposal: Proposal) -> bool:
    """Whether it may be approved together with others at one press: low risk, one approver, nothing overwritten and nothing
    that moved since it was first shown."""
    return (
        proposal.recommendation.risk is Risk.LOW
        and not proposal.needs_second
        and not proposal.drifted
        and proposal.undoes is None
        and proposal.write.tool in (Tool.CREATE_TASK, Tool.ADD_NOTE)
    )

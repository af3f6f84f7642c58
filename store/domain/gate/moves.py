"""A proposal's move through the gate, as subscribers receive it after the commit."""

from __future__ import annotations

from dataclasses import dataclass

from store.domain.gate.proposals import Proposal, State


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalMoved:
    """`proposal` after the move, and the state it came from: one of `frm`. A change within a state counts too: an
    endorsement, a withdrawn offer, a parked write."""

    proposal: Proposal
    frm: frozenset[State]

    @property
    def releases_write(self) -> bool:
        """Whether its write has just become due: a person approved it, or an operator started it again."""
        match self.proposal.state:
            case State.READY:
                return self.frm <= {State.PENDING, State.DEAD}
            case State.UNKNOWN:
                return self.frm == {State.UNKNOWN} and self.proposal.parked_at is None
            case _:
                return False

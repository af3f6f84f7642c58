"""A proposal's move through the gate, as those who follow it learn of it once it is kept."""

from __future__ import annotations

from dataclasses import dataclass

from store.domain.gate.proposals import Proposal, State


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalMoved:
    """`proposal` as it is after the move, and the state it came from: one of `frm`. A move within a state counts too: an
    endorsement, an offer withdrawn, a write parked."""

    proposal: Proposal
    frm: frozenset[State]

    @property
    def releases_write(self) -> bool:
        """Whether its write is due now and was not before: a person approved it, or an operator set it going again."""
        match self.proposal.state:
            case State.READY:
                return self.frm <= {State.PENDING, State.DEAD}
            case State.UNKNOWN:
                return self.frm == {State.UNKNOWN} and self.proposal.parked_at is None
            case _:
                return False

"""The check before every decision: who asks, whether they may decide, and the current proposal. Read again at every
press."""

from __future__ import annotations

from dataclasses import dataclass

from agents.flows.access.identity import Caller, circle_of, known_person
from store.database import Tx
from store.domain.access.rules import Circle, Standing, check_may_decide
from store.domain.crm.accounts import Person
from store.domain.errors import NotFound, Refused
from store.domain.gate.proposals import Proposal


@dataclass(frozen=True, slots=True, kw_only=True)
class Admitted:
    """A proposal and a person who may decide it, as `standing` says."""

    proposal: Proposal
    actor: Person
    circle: Circle
    standing: Standing


async def admit(tx: Tx, caller: Caller, proposal_id: str) -> Admitted:
    """Return the proposal and the person if they may decide it now.

    Raises: NotFound for an unknown proposal; Unconfirmed; Refused if the person may not decide it (any more).
    """
    actor = await known_person(tx, caller)
    proposal = await tx.proposals.get(proposal_id)
    if proposal is None:
        raise NotFound("I can't find this proposal any more; it may be from an older brief.")
    circle = await circle_of(tx, proposal.owner_id)
    standing = check_may_decide(actor, circle)
    assert circle is not None
    if not await tx.snapshots.may_act_on(proposal.owner_id, proposal.write.parent_kind, proposal.write.parent_id):
        raise Refused(f"“{proposal.account_name}” has a new owner in the CRM, so this can no longer be decided here.")
    return Admitted(proposal=proposal, actor=actor, circle=circle, standing=standing)

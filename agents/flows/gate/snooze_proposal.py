"""Snooze a recommendation for some days, bring it back sooner, and ask again when the time comes.

While it is snoozed, no one is asked, reminded or offered it, no brief shows it again and it doesn't expire: its expiry
moves to a full time to decide after it wakes, so it always wakes first. An endorsement no longer counts. As always, a
decision compares it with the CRM.
"""

from __future__ import annotations

import structlog

from agents.flows.access.identity import Caller
from agents.flows.access.trail import note, noting_refusal
from agents.flows.gate.admit import admit
from agents.flows.gate.decide_proposal import Decision, DecisionPolicy
from agents.flows.gate.expiry import expiry
from agents.flows.gate.put_off import put_off
from store.database import Database
from store.domain.crm.people import morning_after
from store.domain.errors import AlreadyDecided, BadInput, Refused
from store.domain.gate.approvals import check_open
from store.domain.gate.proposals import State
from store.repositories.proposal_moves import AWAKE

log = structlog.get_logger()

LONGEST = 90  # days


class SnoozeProposal:
    def __init__(self, database: Database, policy: DecisionPolicy) -> None:
        self._database = database
        self._policy = policy

    async def snooze(self, caller: Caller, proposal_id: str, version: int, *, days: int) -> Decision:
        """Snooze it until the morning of the owner's first working day after so many days.

        Raises: BadInput for more than LONGEST days or none; NotFound, Unconfirmed, Refused, AlreadyDecided, Expired,
        Stale.
        """
        async with (
            noting_refusal(self._database, caller, "proposal.snooze", proposal_id, version=version),
            self._database.transaction(urgent=True) as tx,
        ):
            admitted = await admit(tx, caller, proposal_id)
            now = await tx.proposals.now()
            if not 1 <= days <= LONGEST:
                raise BadInput(f"A recommendation can be snoozed for 1 to {LONGEST} days.")
            check_open(admitted.proposal, version=version, digest=None, now=now)
            if admitted.proposal.undoes is not None:
                raise Refused("An undo can't be snoozed; approve it now or leave it.")
            until = morning_after(admitted.circle.owner, now, days=days)
            moved = await put_off(tx, caller, admitted, until=until, now=now, lifetime=self._policy.lifetime)
        log.info("proposal.snoozed", proposal_id=proposal_id, until=until.isoformat())
        return Decision(proposal=moved, actor=admitted.actor, standing=admitted.standing)

    async def bring_back(self, caller: Caller, proposal_id: str, version: int) -> Decision:
        """Ask again now, with the full time to decide. Raises: NotFound, Unconfirmed, Refused, AlreadyDecided."""
        async with (
            noting_refusal(self._database, caller, "proposal.bring_back", proposal_id, version=version),
            self._database.transaction(urgent=True) as tx,
        ):
            admitted = await admit(tx, caller, proposal_id)
            now = await tx.proposals.now()
            moved = None
            if admitted.proposal.version == version:
                moved = await tx.proposals.move(
                    proposal_id,
                    frm=[State.SNOOZED],
                    to=State.PENDING,
                    unexpired=True,
                    expires_at=await expiry(tx, admitted.circle.owner.id, now, self._policy.lifetime),
                    **AWAKE,
                )
            if moved is None:
                raise AlreadyDecided("This is no longer snoozed.", state=admitted.proposal.state)
            await note(
                tx,
                caller,
                "proposal.brought_back",
                proposal_id,
                actor=admitted.actor,
                at=now,
                standing=str(admitted.standing),
                version=version,
                expires_at=moved.expires_at,
                account_id=moved.account_id,
            )
        log.info("proposal.brought_back", proposal_id=proposal_id)
        return Decision(proposal=moved, actor=admitted.actor, standing=admitted.standing)

    async def wake(self) -> int:
        """Wake every proposal whose snooze is over; return how many."""
        async with self._database.transaction() as tx:
            woken = await tx.proposals.wake()
            for proposal in woken:
                expires_at = proposal.expires_at
                await note(tx, proposal.id[:8], "proposal.woken", proposal.id, expires_at=expires_at)
        if woken:
            log.info("proposals.woken", count=len(woken))
        return len(woken)

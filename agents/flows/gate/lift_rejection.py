"""Bring back advice whose time to decide is over: its rejection no longer keeps it away, so that a next brief may ask again."""

from __future__ import annotations

import structlog

from agents.flows.access.identity import Caller
from agents.flows.access.trail import note, noting_refusal
from agents.flows.gate.admit import admit
from store.database import Database
from store.domain.errors import GateClosed
from store.domain.gate.proposals import Proposal
from store.domain.gate.reopen_proposal import may_lift

log = structlog.get_logger()


class LiftRejection:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def __call__(self, caller: Caller, proposal_id: str, version: int) -> Proposal:
        """Lift it, once. Nothing is asked before the next brief, and only what its facts still say.

        Raises: NotFound, Unconfirmed, Refused; GateClosed if there is no rejection to lift.
        """
        async with (
            noting_refusal(self._database, caller, "proposal.lift", proposal_id, version=version),
            self._database.transaction(urgent=True) as tx,
        ):
            admitted = await admit(tx, caller, proposal_id)
            before, now = admitted.proposal, await tx.proposals.now()
            lifted = None
            if before.version == version and may_lift(before, now=now):
                lifted = await tx.proposals.lift(proposal_id, at=now)
            if lifted is None:
                raise GateClosed("This was brought back already, or isn't rejected any more.", state=before.state)
            await note(
                tx,
                caller,
                "proposal.lifted",
                proposal_id,
                actor=admitted.actor,
                at=now,
                standing=str(admitted.standing),
                account_id=before.account_id,
            )
        log.info("proposal.lifted", proposal_id=proposal_id)
        return lifted

"""Keep asking: a person answers that an undecided recommendation still matters, so it stays open."""

from __future__ import annotations

from datetime import timedelta

import structlog

from agents.flows.access.identity import Caller
from agents.flows.access.trail import note, noting_refusal
from agents.flows.gate.admit import admit
from agents.flows.gate.decide_proposal import Decision
from agents.flows.gate.expiry import expiry
from store.database import Database
from store.domain.errors import AlreadyDecided
from store.domain.gate.approvals import check_open

log = structlog.get_logger()


class KeepAsking:
    def __init__(self, database: Database, *, lifetime: timedelta) -> None:
        self._database = database
        self._lifetime = lifetime

    async def __call__(self, caller: Caller, proposal_id: str, version: int) -> Decision:
        """Keep it open, with the full time to decide: the brief that asked shows the decision in full again, and the next ones
        count anew.

        Raises: NotFound, Unconfirmed, Refused, AlreadyDecided, Expired, Stale.
        """
        async with (
            noting_refusal(self._database, caller, "proposal.keep_asking", proposal_id, version=version),
            self._database.transaction(urgent=True) as tx,
        ):
            admitted = await admit(tx, caller, proposal_id)
            proposal, now = admitted.proposal, await tx.proposals.now()
            check_open(proposal, version=version, digest=None, now=now)
            ends = await expiry(tx, proposal.owner_id, now, self._lifetime)
            kept = await tx.proposals.keep_open(proposal_id, expires_at=max(ends, proposal.expires_at))
            if kept is None:
                raise AlreadyDecided("Someone decided this a moment ago.", state=proposal.state)
            versions = [each.id for each in await tx.proposals.by_lineage(proposal.lineage)]
            await tx.briefs.ask_in_full(await tx.briefs.showing([proposal.owner_id], versions), versions)
            key = proposal.recommendation.key
            counted = await tx.attention.keep_asking(proposal.owner_id, proposal.account_id, key)
            await note(
                tx,
                caller,
                "proposal.kept_open",
                proposal_id,
                actor=admitted.actor,
                at=now,
                standing=str(admitted.standing),
                version=version,
                counted_anew=counted,
                account_id=proposal.account_id,
            )
        log.info("proposal.kept_open", proposal_id=proposal_id)
        return Decision(proposal=kept, actor=admitted.actor, standing=admitted.standing)

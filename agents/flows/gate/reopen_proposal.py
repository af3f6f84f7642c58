"""Bring back a rejected or undone proposal as a new version to decide. The old row stays as it is, with its reason."""

from __future__ import annotations

from dataclasses import replace
from secrets import token_hex

import structlog

from agents.flows.access.identity import Caller
from agents.flows.access.trail import note, noting_refusal
from agents.flows.gate.admit import admit
from agents.flows.gate.decide_proposal import Decision, DecisionPolicy
from agents.flows.gate.expiry import expiry
from store.database import Database
from store.domain.errors import Stale
from store.domain.gate.proposals import State
from store.domain.gate.reopen_proposal import check_reopenable
from store.domain.gate.stakes import needs_second

log = structlog.get_logger()

TAKEN_BACK = "whoever passed it on decides it after all"


class ReopenProposal:
    def __init__(self, database: Database, policy: DecisionPolicy) -> None:
        self._database = database
        self._policy = policy

    async def __call__(self, caller: Caller, proposal_id: str, version: int) -> Decision:
        """Ask again, once, with the full time to decide. Nothing is approved, and an approval compares it with the CRM. Advice
        offered to someone else because it wasn't theirs is taken back, unless they decided it.

        Raises: NotFound, Unconfirmed, Refused; Stale if it was brought back already; GateClosed, Expired.
        """
        async with (
            noting_refusal(self._database, caller, "proposal.reopen", proposal_id, version=version),
            self._database.transaction(urgent=True) as tx,
        ):
            admitted = await admit(tx, caller, proposal_id)
            before, now = admitted.proposal, await tx.proposals.now()
            key = before.recommendation.key
            for passed_on in await tx.proposals.passed_on_by(before.decided_by or "", key):
                back = await tx.proposals.move(passed_on.id, frm=[State.PENDING], to=State.SUPERSEDED, error=TAKEN_BACK)
                if back is not None:
                    await note(
                        tx, caller, "proposal.taken_back", back.id, actor=admitted.actor, at=now, reopens=before.id
                    )
            check_reopenable(
                before,
                version=version,
                newest=(await tx.proposals.by_lineage(before.lineage))[-1],
                standing=(await tx.proposals.open_by_key(before.owner_id, [key])).get(key),
                now=now,
            )
            again = before.next_version(
                before.write,
                id=token_hex(16),
                created_at=now,
                expires_at=await expiry(tx, before.owner_id, now, self._policy.lifetime),
                needs_second=before.needs_second
                or needs_second(before.write, amount=before.amount, policy=self._policy.stakes),
            )
            again = replace(again, drifted=before.drifted)
            if await tx.proposals.reopen(before.id) is None:
                raise Stale(
                    "Someone brought this back a moment ago; please decide the newer version.", state=before.state
                )
            await tx.proposals.add(again)
            await note(
                tx,
                caller,
                "proposal.reopened",
                again.id,
                actor=admitted.actor,
                at=now,
                standing=str(admitted.standing),
                reopens=before.id,
                was=str(before.state),
                lineage=again.lineage,
                version=again.version,
                digest=again.digest,
                account_id=again.account_id,
            )
        log.info("proposal.reopened", proposal_id=again.id, reopens=before.id, version=again.version)
        return Decision(proposal=again, actor=admitted.actor, standing=admitted.standing)

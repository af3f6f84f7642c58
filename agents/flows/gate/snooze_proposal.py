"""Snooze a recommendation for some days or until its account changes, bring it back sooner, and ask again when the time comes.

While it is snoozed, no one is asked, reminded or offered it, no brief shows it again and it doesn't expire: its expiry
moves to a full time to decide after it wakes, so it always wakes first. An endorsement no longer counts. As always, a
decision compares it with the CRM.
"""

from __future__ import annotations

from datetime import datetime

import structlog

from agents.flows.access.identity import Caller
from agents.flows.access.trail import note, noting_refusal
from agents.flows.gate.admit import Admitted, admit
from agents.flows.gate.decide_proposal import Decision, DecisionPolicy
from agents.flows.gate.expiry import expiry
from agents.flows.gate.put_off import put_off
from store.database import Database, Tx
from store.domain.crm.accounts import Kind
from store.domain.errors import AlreadyDecided, BadInput, Refused
from store.domain.gate.approvals import check_open
from store.domain.gate.proposals import Proposal, State
from store.domain.gate.snooze import LONGEST, OUT_OF_REACH, Until, wakes
from store.repositories.proposal_moves import AWAKE

log = structlog.get_logger()


class SnoozeProposal:
    def __init__(self, database: Database, policy: DecisionPolicy) -> None:
        self._database = database
        self._policy = policy

    async def snooze(self, caller: Caller, proposal_id: str, version: int, *, days: int) -> Decision:
        """Snooze it until the morning of the owner's first working day after so many days. Raises: BadInput for more than LONGEST
        days or none; otherwise as `until`."""
        if not 1 <= days <= LONGEST:
            raise BadInput(OUT_OF_REACH)
        return await self.until(caller, proposal_id, version, Until(days=days))

    async def until(self, caller: Caller, proposal_id: str, version: int, until: Until) -> Decision:
        """Snooze it until then; one that waits for a change wakes after LONGEST days at the latest.

        Raises: FieldProblems for a day out of reach; NotFound, Unconfirmed, Refused, AlreadyDecided, Expired, Stale.
        """
        async with (
            noting_refusal(self._database, caller, "proposal.snooze", proposal_id, version=version),
            self._database.transaction(urgent=True) as tx,
        ):
            admitted = await _admitted(tx, caller, proposal_id, version)
            now = await tx.proposals.now()
            wake_at = wakes(until, admitted.circle.owner, now)
            moved = await put_off(
                tx,
                caller,
                admitted,
                until=wake_at,
                until_change=until.change,
                now=now,
                lifetime=self._policy.lifetime,
            )
        log.info("proposal.snoozed", proposal_id=proposal_id, until=wake_at.isoformat(), until_change=until.change)
        return Decision(proposal=moved, actor=admitted.actor, standing=admitted.standing)

    async def look(self, caller: Caller, proposal_id: str, version: int) -> Decision:
        """The proposal, if the caller may snooze it now. Raises: as `until`."""
        async with (
            noting_refusal(self._database, caller, "proposal.snooze", proposal_id, version=version),
            self._database.reading() as tx,
        ):
            admitted = await _admitted(tx, caller, proposal_id, version)
        return Decision(proposal=admitted.proposal, actor=admitted.actor, standing=admitted.standing)

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
                moved = await self._ask_again(tx, admitted.proposal, now)
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
        """Wake every proposal whose snooze is over, or whose account changed if it waits for that; return how many."""
        async with self._database.transaction() as tx:
            woken = await tx.proposals.wake()
            for proposal in woken:
                expires_at = proposal.expires_at
                await note(tx, proposal.id[:8], "proposal.woken", proposal.id, expires_at=expires_at)
            woken += [back for each in await _changed_since(tx) if (back := await self._wake(tx, each))]
        if woken:
            log.info("proposals.woken", count=len(woken))
        return len(woken)

    async def _wake(self, tx: Tx, proposal: Proposal) -> Proposal | None:
        now = await tx.proposals.now()
        back = await self._ask_again(tx, proposal, now)
        if back is not None:
            at = back.expires_at
            await note(tx, back.id[:8], "proposal.woken", back.id, at=now, expires_at=at, cause="change")
        return back

    async def _ask_again(self, tx: Tx, proposal: Proposal, now: datetime) -> Proposal | None:
        """Bring it back now, with the full time to decide; None if it is no longer snoozed."""
        expires_at = await expiry(tx, proposal.owner_id, now, self._policy.lifetime)
        return await tx.proposals.move(
            proposal.id, frm=[State.SNOOZED], to=State.PENDING, unexpired=True, expires_at=expires_at, **AWAKE
        )


async def _admitted(tx: Tx, caller: Caller, proposal_id: str, version: int) -> Admitted:
    admitted = await admit(tx, caller, proposal_id)
    check_open(admitted.proposal, version=version, digest=None, now=await tx.proposals.now())
    if admitted.proposal.undoes is not None:
        raise Refused("An undo can't be snoozed; approve it now or leave it.")
    return admitted


async def _changed_since(tx: Tx) -> list[Proposal]:
    """The proposals that wait for a change of their account (or of a deal without one) and have seen it."""
    waiting = [each for each in await tx.proposals.until_change() if each.decided_at is not None]
    if not waiting:
        return []
    deals = {each.id: each.write.parent_id for each in waiting if each.write.parent_kind is Kind.DEAL}
    changes = await tx.changes.since(
        {each.account_id for each in waiting},
        at_or_seen_after=min(each.decided_at for each in waiting if each.decided_at),
        deal_ids=[*deals.values()],
    )

    def is_over(proposal: Proposal) -> bool:
        among = changes.get(proposal.account_id, ())
        if not proposal.account_id:  # there, changes of all such deals are together
            among = [each for each in among if each.record_id == deals.get(proposal.id)]
        return any(proposal.decided_at is not None and each.seen_at > proposal.decided_at for each in among)

    return [each for each in waiting if is_over(each)]

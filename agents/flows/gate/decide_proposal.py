"""A person approves or rejects a proposal. This is the only way from `pending` towards a write.

Every press looks up the person and reads the records behind the proposal from the CRM again. The move is one
compare-and-set in the store, by the database's clock: of many presses one counts, and the others get its result. A
high-stakes write takes two people: the first endorses it, the second releases it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import structlog

from agents.flows.access.identity import Caller
from agents.flows.access.trail import note, noting_refusal
from agents.flows.gate.admit import Admitted, admit
from agents.flows.gate.drift import Drift, Present, as_last_read, put_in_place, renewed
from agents.flows.gate.expiry import expiry
from agents.flows.gate.follow_reason import hand_on, propose_log
from agents.flows.gate.offer import ask
from agents.flows.gate.postpone import postponed, put_off_due
from agents.flows.gate.put_off import put_off
from store.database import Database, Tx
from store.domain.access.rules import Standing, check_may_be_second, seconds_for
from store.domain.crm.accounts import Kind, Person
from store.domain.crm.basis import label_of, told
from store.domain.crm.people import working_morning_after
from store.domain.crm.unread import fields_of
from store.domain.errors import AlreadyDecided, Drifted, Expired, GateClosed, Refused
from store.domain.gate.approvals import check_open
from store.domain.gate.proposals import Proposal, State
from store.domain.gate.reasons import NOT_NOW_DAYS, RejectReason, comment_in, reason_of
from store.domain.gate.stakes import StakesPolicy, needs_second

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionPolicy:
    """`lifetime` is how long a new version stays open; `stakes` says which writes need a second approver; amounts are
    shown in `currency`."""

    lifetime: timedelta = timedelta(hours=72)
    stakes: StakesPolicy = field(default_factory=StakesPolicy)
    currency: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The result of a press: the current proposal, and who decided in which standing. `waits_for_second` after the
    first of two approvals; `offer_id` is then the brief that asks the second approver. `to_log` is a note of work already
    done, to be approved; `handed_to` the person who is offered the decision instead."""

    proposal: Proposal
    actor: Person
    standing: Standing
    waits_for_second: bool = False
    offer_id: str | None = None
    to_log: Proposal | None = None
    handed_to: Person | None = None


class DecideProposal:
    def __init__(self, database: Database, drift: Drift, policy: DecisionPolicy) -> None:
        self._database = database
        self._drift = drift
        self._policy = policy

    async def approve(self, caller: Caller, proposal_id: str, version: int, *, digest: str | None = None) -> Decision:
        """Release the write exactly as shown, or endorse it as the first of two. The write flow then executes it, once.

        `digest` identifies the version the person saw, if the surface carries it.
        Raises: NotFound, Unconfirmed, Refused, AlreadyDecided, Expired, Stale; Drifted if the CRM has changed or its due
        date has passed, after a new version replaced this one.
        """
        async with noting_refusal(self._database, caller, "proposal.approve", proposal_id, version=version):
            decision = await self._decided(caller, proposal_id, version, digest)
        log.info("proposal.approved", proposal_id=proposal_id, version=version, second=decision.waits_for_second)
        return decision

    async def reject(self, caller: Caller, proposal_id: str, version: int, reason: str) -> Decision:
        """Reject it for this reason, as in store/domain/gate/reasons.py, with its consequences. *Not now* puts it off
        instead.

        Raises: as `approve`, except Drifted, because a rejection writes nothing.
        """
        async with (
            noting_refusal(self._database, caller, "proposal.reject", proposal_id, version=version),
            self._database.transaction(urgent=True) as tx,
        ):
            admitted = await self._open(tx, caller, proposal_id, version, None)
            decision = await self._rejected(tx, admitted, caller, reason.strip())
        log.info("proposal.rejected", proposal_id=proposal_id, version=version, reason=str(reason_of(reason)))
        return decision

    async def _rejected(self, tx: Tx, admitted: Admitted, caller: Caller, text: str) -> Decision:
        actor, now, lifetime = admitted.actor, await tx.proposals.now(), self._policy.lifetime
        reason = reason_of(text) if admitted.proposal.undoes is None else RejectReason.OTHER
        if reason is RejectReason.NOT_NOW:
            until = working_morning_after(admitted.circle.owner, now, days=NOT_NOW_DAYS)
            moved = await put_off(tx, caller, admitted, until=until, now=now, lifetime=lifetime, reason=text)
            return Decision(proposal=moved, actor=actor, standing=admitted.standing)
        rejected = await tx.proposals.move(
            admitted.proposal.id,
            frm=[State.PENDING],
            to=State.REJECTED,
            unexpired=True,
            decided_by=actor.id,
            decided_at=now,
            reason=text or None,
        )
        if rejected is None:
            raise await _closed(tx, admitted.proposal.id)
        await _note(tx, "proposal.rejected", rejected, admitted, caller, at=now)
        decision = Decision(proposal=rejected, actor=actor, standing=admitted.standing)
        if reason is RejectReason.DONE:
            return replace(decision, to_log=await propose_log(tx, caller, admitted, comment_in(text), now=now))
        if reason is RejectReason.NOT_MINE:
            return replace(decision, handed_to=await hand_on(tx, caller, admitted, now=now, lifetime=lifetime))
        return decision

    async def _decided(self, caller: Caller, proposal_id: str, version: int, digest: str | None) -> Decision:
        async with self._database.reading() as tx:
            admitted = await self._open(tx, caller, proposal_id, version, digest)
        present = await self._drift.at_press(admitted.proposal)
        async with self._database.transaction(urgent=True) as tx:
            admitted = await self._open(tx, caller, proposal_id, version, digest)
            present = present or await as_last_read(tx, admitted.proposal)
            _check_readable(admitted.proposal, present)
            outcome = (
                await self._drifted(tx, admitted, present, caller)
                or await self._late(tx, admitted, caller)
                or await self._approved(tx, admitted, caller)
            )
        if isinstance(outcome, Drifted):  # raised only now, so that the new version is kept
            raise outcome
        return outcome

    async def _open(self, tx: Tx, caller: Caller, proposal_id: str, version: int, digest: str | None) -> Admitted:
        admitted = await admit(tx, caller, proposal_id)
        check_open(admitted.proposal, version=version, digest=digest, now=await tx.proposals.now())
        return admitted

    async def _drifted(self, tx: Tx, admitted: Admitted, present: Present, caller: Caller) -> Drifted | None:
        """The error to raise once the new version is stored; None if nothing changed."""
        if not present.moved and not present.is_gone:
            return None
        now, policy = await tx.proposals.now(), self._policy
        ends = await expiry(tx, admitted.proposal.owner_id, now, policy.lifetime)
        successor = renewed(admitted.proposal, present, now=now, expires_at=ends, stakes=policy.stakes)
        if not await put_in_place(tx, admitted.proposal, successor, present, now=now, request_id=caller.request_id):
            raise await _closed(tx, admitted.proposal.id)
        asks = "Please look at the new version and decide again." if successor else "There is nothing left to decide."
        return Drifted(
            f"This was changed in the CRM since you saw it, so nothing was approved. {asks}",
            state=str(State.SUPERSEDED),
            differences=told(present.moved),
            proposal_id=successor.id if successor else None,
        )

    async def _late(self, tx: Tx, admitted: Admitted, caller: Caller) -> Drifted | None:
        """The error to raise once a version with a later day is stored; None if no day has passed."""
        proposal, now = admitted.proposal, await tx.proposals.now()
        ends = await expiry(tx, proposal.owner_id, now, self._policy.lifetime)
        later = await postponed(tx, proposal, now=now, expires_at=ends)
        if later is None:
            return None
        if not await put_off_due(tx, proposal, later, now=now, request_id=caller.request_id):
            raise await _closed(tx, proposal.id)
        return Drifted(
            f"Its due date had passed; I moved it to {later.to:%a} {later.to.day} {later.to:%b}. Please approve again.",
            state=str(State.SUPERSEDED),
            differences=(),
            proposal_id=later.proposal.id,
        )

    async def _approved(self, tx: Tx, admitted: Admitted, caller: Caller) -> Decision:
        proposal, actor, now = admitted.proposal, admitted.actor, await tx.proposals.now()
        two = proposal.needs_second or (
            proposal.undoes is None and needs_second(proposal.write, amount=proposal.amount, policy=self._policy.stakes)
        )
        if two and proposal.endorsed_by is None:
            return await self._endorsed(tx, admitted, caller, now)
        if two:
            check_may_be_second(actor, admitted.circle, first=proposal.endorsed_by)
        moved = await tx.proposals.move(
            proposal.id,
            frm=[State.PENDING],
            to=State.READY,
            unexpired=True,
            digest=proposal.digest,
            decided_by=actor.id,
            decided_at=now,
            needs_second=two,
        )
        if moved is None:
            raise await _closed(tx, proposal.id)
        await _note(tx, "proposal.approved", moved, admitted, caller, at=now)
        return Decision(proposal=moved, actor=actor, standing=admitted.standing)

    async def _endorsed(self, tx: Tx, admitted: Admitted, caller: Caller, now: datetime) -> Decision:
        actor = admitted.actor
        endorsed = await tx.proposals.endorse(
            admitted.proposal.id, by=actor.id, at=now, digest=admitted.proposal.digest
        )
        if endorsed is None:
            raise await _closed(tx, admitted.proposal.id)
        await _note(tx, "proposal.endorsed", endorsed, admitted, caller, at=now)
        seconds = seconds_for(admitted.circle, await tx.people.all(), first=actor.id)
        decision = Decision(proposal=endorsed, actor=actor, standing=admitted.standing, waits_for_second=True)
        if not seconds:
            return decision
        owner = admitted.circle.owner
        offer = await ask(
            tx,
            [endorsed],
            kind="offer",
            owner=owner,
            reader=seconds[0],
            now=now,
            currency=(await tx.sync.currency(self._policy.currency)).sign,
            reason="second",
        )
        return replace(decision, offer_id=offer.id)


def _check_readable(proposal: Proposal, present: Present) -> None:
    """Raises: Refused if the write would replace a value that cannot be read: no one saw it, and no undo could restore it."""
    account = present.records.get((Kind.ACCOUNT, proposal.write.parent_id))
    unread = fields_of(account.unread) & proposal.write.sets().keys() if account else frozenset()
    if unread:
        raise Refused(
            f"{label_of(min(unread))} can't be read in the CRM, so it isn't changed from here: mend it there first."
        )


async def _closed(tx: Tx, proposal_id: str) -> GateClosed:
    """Explain why a move did not apply: someone decided the proposal, or it expired, a moment ago."""
    proposal = await tx.proposals.get(proposal_id)
    if proposal is not None and proposal.state is State.PENDING and await tx.proposals.now() >= proposal.expires_at:
        return Expired("This expired without a decision; nothing was written.", state=State.EXPIRED)
    return AlreadyDecided("Someone decided this a moment ago.", state=proposal.state if proposal else State.SUPERSEDED)


async def _note(tx: Tx, action: str, proposal: Proposal, admitted: Admitted, caller: Caller, *, at: datetime) -> None:
    await note(
        tx,
        caller,
        action,
        proposal.id,
        actor=admitted.actor,
        at=at,
        standing=str(admitted.standing),
        lineage=proposal.lineage,
        version=proposal.version,
        digest=proposal.digest,
        account_id=proposal.account_id,
        write=proposal.write.kind,
        undoes=proposal.undoes,
        reason_given=bool(proposal.reason),
    )

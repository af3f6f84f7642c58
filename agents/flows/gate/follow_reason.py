"""What follows from a rejection: a note of work already done, and an offer to whom the advice belongs.

Both are proposals of their own, stored with the rejection. Nothing is written without an approval of theirs.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from secrets import token_hex

from agents.flows.access.identity import Caller, circle_of
from agents.flows.access.trail import note
from agents.flows.gate.admit import Admitted
from agents.flows.gate.expiry import expiry
from store.database import Tx
from store.domain.access.rules import beside
from store.domain.crm.accounts import Kind, Person
from store.domain.gate.proposals import LOG, Action, AdviceSource, Proposal, SourceKind, State
from store.domain.gate.remind_and_offer import next_working_moment
from store.domain.gate.writes.add_note import TITLE_LIMIT, AddNote
from store.domain.gate.writes.create_task import CreateTask
from store.domain.gate.writes.update_task import UpdateTask
from store.domain.text.wording import one_line

TO_LOG = timedelta(hours=12)  # until a note that no one wanted is gone: before the next brief


async def propose_log(tx: Tx, caller: Caller, admitted: Admitted, comment: str, *, now: datetime) -> Proposal | None:
    """Propose a note of what the person did, in their words if they said any, or to close the agreed task that they did; None if
    the advice was not to do anything on an account or a deal."""
    proposal, actor = admitted.proposal, admitted.actor
    done = _done(proposal, comment, by=actor.name)
    if done is None:
        return None
    advice = replace(
        proposal.recommendation,
        key=f"{LOG}{proposal.lineage}",
        action=Action.NOTE if isinstance(done, AddNote) else proposal.recommendation.action,
        title=done.name(),
        rationale="You said that this is done already.",
        write=done,
        source=AdviceSource(kind=SourceKind.REQUEST, name=actor.id),
        signals=(),
        draft_email=None,
        marks=(),
    )
    # No one is reminded of it or offered it: it only waits for a press of the person who did the work.
    asked = proposal.beside(done, advice, id=token_hex(16), created_at=now, expires_at=now + TO_LOG)
    await _keep(tx, caller, asked, admitted, "proposal.to_log", now)
    return asked


def _done(proposal: Proposal, comment: str, *, by: str) -> AddNote | UpdateTask | None:
    write = proposal.write
    if isinstance(write, UpdateTask):
        return write.stepped("close", None)
    if write.parent_kind not in (Kind.ACCOUNT, Kind.DEAL) or write.sets() or isinstance(write, AddNote):
        return None
    # Their own words may tell of other work than was advised, so the title doesn't name that.
    title = one_line(f"Done: {write.parent_name if comment else proposal.name}", limit=TITLE_LIMIT)
    made = AddNote(
        parent_kind=write.parent_kind,
        parent_id=write.parent_id,
        parent_name=write.parent_name,
        title=title,
        text=comment or f"{by} says that this is done: {proposal.name}",
    )
    return made.plain()


async def hand_on(tx: Tx, caller: Caller, admitted: Admitted, *, now: datetime, lifetime: timedelta) -> Person | None:
    """Offer the same write to whom it belongs, once: the owner of its record or account if that is someone else, else the
    delegate or the manager. A task becomes theirs. It is asked when they work. None if there is no one else, or it was handed
    on before."""
    proposal, owner = admitted.proposal, admitted.circle.owner
    if proposal.passed_by is not None:
        return None
    is_owners = admitted.actor.id != owner.id and owner.active
    other = owner if is_owners else await _owner_beside(tx, proposal)
    readers = [other] if other else [each for each in beside(admitted.circle) if each.id != admitted.actor.id]
    if not readers:
        return None
    begins = next_working_moment(readers[0], now)
    to = other or owner
    ends = await expiry(tx, readers[0].id, begins, lifetime)
    write = proposal.write
    if isinstance(write, CreateTask) and write.assignee_id in (admitted.actor.id, owner.id):
        write = replace(write, assignee_id=readers[0].id, assignee_name=readers[0].name)
    made = proposal.beside(
        write,
        proposal.recommendation,
        id=token_hex(16),
        created_at=now,
        expires_at=ends,
        brief_id=proposal.brief_id if to.id == proposal.owner_id else None,
        needs_second=proposal.needs_second,
    )
    handed = replace(made, owner_id=to.id, asked_at=proposal.first_asked, passed_by=admitted.actor.id)
    await _keep(tx, caller, handed, admitted, "proposal.handed_on", now)
    return readers[0]


async def _owner_beside(tx: Tx, proposal: Proposal) -> Person | None:
    """Another active owner of the record that the write belongs to, or of its account."""
    write = proposal.write
    for owner_id in await tx.snapshots.owners_of(write.parent_kind, write.parent_id):
        person = await tx.people.get(owner_id) if owner_id != proposal.owner_id else None
        if person is not None and person.active and await circle_of(tx, person.id) is not None:
            return person
    return None


async def _keep(tx: Tx, caller: Caller, made: Proposal, admitted: Admitted, action: str, now: datetime) -> None:
    assert made.state is State.PENDING
    await tx.proposals.add(made)
    await note(
        tx,
        caller,
        action,
        made.id,
        actor=admitted.actor,
        at=now,
        standing=str(admitted.standing),
        rejected=admitted.proposal.id,
        owner_id=made.owner_id,
        digest=made.digest,
        account_id=made.account_id,
        write=made.write.kind,
    )

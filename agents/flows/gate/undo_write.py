"""Take back a write shortly after it was made: by a proposal of its own, through the same gate, and only while what we wrote
still stands as we wrote it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from secrets import token_hex
from typing import Literal

import structlog

from agents.flows.access.identity import Caller
from agents.flows.access.trail import note, noting_refusal
from agents.flows.gate.admit import Admitted, admit
from agents.flows.gate.decide_proposal import DecideProposal, Decision
from agents.flows.gate.drift import told
from agents.ports import Crm
from store.database import Database, Tx
from store.domain.crm.accounts import Account, Activity, Entity, Kind, Note
from store.domain.crm.basis import Difference, RecordKey, facts_in, label_of, value_of
from store.domain.errors import Drifted, Expired, GateClosed, Refused, Stale
from store.domain.gate.proposals import (
    AddNote,
    CreateTask,
    FieldChange,
    Proposal,
    RemoveRecord,
    State,
    UpdateAccount,
    Write,
    digest_of,
    touched_by,
)

log = structlog.get_logger()

WINDOW = timedelta(minutes=15)
_GONE = "What was written is no longer in the CRM, so there is nothing to undo."
_CHANGED = "This was changed in the CRM after it was written, so it is not undone: somebody would lose their work."


@dataclass(frozen=True, slots=True, kw_only=True)
class Undoable:
    """A written proposal, the pending one that takes it back, and what that does: each `shown` as it stands in the CRM now,
    each `present` as it stands afterwards."""

    original: Proposal
    undo: Proposal
    moves: tuple[Difference, ...]


class UndoWrite:
    def __init__(self, database: Database, crm: Crm, decide: DecideProposal, *, window: timedelta = WINDOW) -> None:
        self._database = database
        self._crm = crm
        self._decide = decide
        self._window = window

    async def offer(self, caller: Caller, proposal_id: str, version: int) -> Undoable:
        """Propose to take back what was written. Nothing happens before `approve`.

        Raises: NotFound, Unconfirmed, Refused, GateClosed where there is nothing written to take back, Expired after the
        window, Drifted where it was changed since, CrmError where the CRM cannot be read.
        """
        async with noting_refusal(self._database, caller, "undo.offer", proposal_id, version=version):
            async with self._database.reading() as tx:
                original = (await self._open(tx, caller, proposal_id, version)).proposal
            write, moves, standing = await self._reverse(original)
            async with self._database.transaction(urgent=True) as tx:
                admitted = await self._open(tx, caller, proposal_id, version)
                undo = await self._propose(tx, caller, admitted, write, standing)
        return Undoable(original=original, undo=undo, moves=moves)

    async def approve(self, caller: Caller, undo_id: str, version: int) -> Decision:
        """Release it, as every other approval. Raises: as DecideProposal.approve."""
        return await self._decide.approve(caller, undo_id, version)

    async def _open(self, tx: Tx, caller: Caller, proposal_id: str, version: int) -> Admitted:
        admitted = await admit(tx, caller, proposal_id)
        proposal = admitted.proposal
        if proposal.version != version:
            raise Stale("Something newer took the place of this.", state=proposal.state)
        if proposal.state is State.UNDONE:
            raise GateClosed("This was undone already.", state=proposal.state)
        if proposal.state is not State.DONE or proposal.done_at is None or proposal.undoes is not None:
            raise GateClosed("There is nothing written here that could be undone.", state=proposal.state)
        if await tx.proposals.now() >= proposal.done_at + self._window:
            minutes = int(self._window.total_seconds() // 60)
            raise Expired(
                f"This was written more than {minutes} minutes ago; change it in Zoho itself, please.",
                state=proposal.state,
            )
        before = await tx.proposals.get(proposal.undo_id) if proposal.undo_id else None
        if before is not None and before.state in (State.READY, State.SENDING, State.UNKNOWN):
            raise GateClosed("It is being undone already.", state=before.state)
        return admitted

    async def _reverse(self, original: Proposal) -> tuple[Write, tuple[Difference, ...], Entity]:
        """The write that restores what stood before, what it changes, and the record as it stands now."""
        match original.write:
            case CreateTask() as task:
                standing = await self._standing(Kind.ACTIVITY, original)
                return _removal(original, "task", task.subject, standing), _leaving("Task", task.subject), standing
            case AddNote() as note_:
                standing = await self._standing(Kind.NOTE, original)
                return _removal(original, "note", note_.title, standing), _leaving("Note", note_.title), standing
            case UpdateAccount() as update:
                return await self._restored(original, update)
            case _:
                raise Refused("What was taken back cannot be brought back from here; Zoho's recycle bin has it.")

    async def _standing(self, kind: Kind, original: Proposal) -> Entity:
        """What we made, unless it is gone or somebody worked on it."""
        made = await self._crm.record(kind, original.crm_id or "")
        if made is None:
            raise Refused(_GONE)
        if made.modified_at > (original.crm_modified_at or made.created_at):
            raise Drifted(_CHANGED, state=original.state, differences=told(_reworked(original.write, made)))
        return made

    async def _restored(
        self, original: Proposal, update: UpdateAccount
    ) -> tuple[Write, tuple[Difference, ...], Entity]:
        account = await self._crm.record(Kind.ACCOUNT, update.account_id)
        if not isinstance(account, Account):
            raise Refused(_GONE)
        moved = [
            Difference(label=label_of(each.field), shown=each.after, present=present)
            for each in update.changes
            if (present := value_of(account, each.field)) not in _as_written(each, original.marker)
        ]
        if moved:
            raise Drifted(_CHANGED, state=original.state, differences=told(tuple(moved)))
        back = tuple(
            FieldChange(field=each.field, before=value_of(account, each.field), after=each.before)
            for each in update.changes
        )
        write = replace(update, changes=back, unless_modified_since=account.modified_at)
        moves = (Difference(label=label_of(each.field), shown=each.before, present=each.after) for each in back)
        return write, tuple(moves), account

    async def _propose(self, tx: Tx, caller: Caller, admitted: Admitted, write: Write, standing: Entity) -> Proposal:
        original, now = admitted.proposal, await tx.proposals.now()
        earlier = await tx.proposals.get(original.undo_id) if original.undo_id else None
        if earlier is not None and earlier.state is State.PENDING:
            if earlier.digest == digest_of(write) and now < earlier.expires_at:
                return earlier
            await tx.proposals.move(earlier.id, frm=[State.PENDING], to=State.SUPERSEDED)
        undo = _undo(original, write, standing, now=now, expires_at=_ends(original, self._window))
        await tx.proposals.add(undo)
        await tx.proposals.note_undo(original.id, undo.id)
        await note(
            tx, caller, "undo.offered", undo.id, actor=admitted.actor, at=now, undoes=original.id, digest=undo.digest
        )
        log.info("undo.offered", proposal_id=undo.id, undoes=original.id)
        return undo


def _ends(original: Proposal, window: timedelta) -> datetime:
    assert original.done_at is not None
    return original.done_at + window


def _undo(original: Proposal, write: Write, standing: Entity, *, now: datetime, expires_at: datetime) -> Proposal:
    undo_id, advice = token_hex(16), original.recommendation
    records: dict[RecordKey, Entity | None] = {(standing.kind, standing.id): standing}
    return Proposal(
        id=undo_id,
        lineage=undo_id,
        version=1,
        brief_id=original.brief_id,
        owner_id=original.owner_id,
        account_id=original.account_id,
        account_name=original.account_name,
        recommendation=replace(advice, key=f"undo:{original.id}", title=f"Undo: {advice.title}", write=write),
        write=write,
        digest=digest_of(write),
        state=State.PENDING,
        created_at=now,
        expires_at=expires_at,
        basis=facts_in((), records, changed=touched_by(write)),
        amount=original.amount,
        undoes=original.id,
    )


def _removal(original: Proposal, record: Literal["task", "note"], title: str, standing: Entity) -> RemoveRecord:
    write = original.write
    assert isinstance(write, CreateTask | AddNote)
    return RemoveRecord(
        parent_kind=write.parent_kind,
        parent_id=write.parent_id,
        parent_name=write.parent_name,
        record=record,
        record_id=standing.id,
        title=title,
        unless_modified_since=standing.modified_at,
    )


def _reworked(write: Write, made: Entity) -> tuple[Difference, ...]:
    """What somebody changed on the task or note that we wrote, as far as it is among the fields that are read of it."""
    pairs: list[tuple[str, str | None, str | None]] = []
    if isinstance(write, CreateTask) and isinstance(made, Activity):
        pairs = [
            ("Subject", write.subject, made.subject),
            ("Due", write.due.isoformat(), made.at.date().isoformat() if made.at else None),
            ("Priority", write.priority, made.priority),
            ("Owner", write.assignee_id, made.owner_id),
            ("Done", "no", "yes" if made.done else "no"),
        ]
    if isinstance(write, AddNote) and isinstance(made, Note):
        pairs = [("Title", write.title, made.title)]
    return tuple(Difference(label=label, shown=was, present=now) for label, was, now in pairs if was != now)


def _leaving(label: str, title: str) -> tuple[Difference, ...]:
    return (Difference(label=label, shown=title, present=None),)


def _as_written(change: FieldChange, marker: str) -> tuple[str | None, ...]:
    """What a field says where our value still stands; a description carries the marker at its end."""
    after = change.after or None
    return (after, f"{after}\n\n{marker}" if after else marker)

"""Undo a write shortly after it was made: with a proposal of its own, through the same gate, and only while the value
we wrote is unchanged."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

import structlog

from agents.flows.access.identity import Caller
from agents.flows.access.trail import note, noting_refusal
from agents.flows.gate.admit import Admitted, admit
from agents.flows.gate.decide_proposal import DecideProposal, Decision
from agents.ports import Crm, Writers
from store.database import Database, Tx
from store.domain.crm.basis import Difference
from store.domain.gate.approvals import approved_change
from store.domain.gate.proposals import Proposal, State
from store.domain.gate.undo_write import UNDO_WINDOW, check_undoable, undo_of, undo_proposal, written_as_found
from store.domain.gate.write import Write, Written, is_digest_of

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Undoable:
    """A written proposal, the pending one that undoes it, and its effect: each `shown` is the value now, each `present`
    the value afterwards."""

    original: Proposal
    undo: Proposal
    moves: tuple[Difference, ...]


class UndoWrite:
    def __init__(
        self, database: Database, crm: Crm, writers: Writers, decide: DecideProposal, *, window: timedelta = UNDO_WINDOW
    ) -> None:
        self._database = database
        self._crm = crm
        self._writers = writers
        self._decide = decide
        self._window = window

    async def offer(self, caller: Caller, proposal_id: str, version: int) -> Undoable:
        """Propose to undo a write. Nothing happens before `approve`.

        Raises: NotFound, Unconfirmed, Refused, GateClosed if there is no write to undo, Expired after the window,
        Drifted if it was changed since, CrmError if its system can't be read.
        """
        async with noting_refusal(self._database, caller, "undo.offer", proposal_id, version=version):
            async with self._database.reading() as tx:
                original = (await self._open(tx, caller, proposal_id, version)).proposal
            written = await self._written(original)
            write, moves = undo_of(original, written)
            assert written is not None  # undo_of refuses a record that is gone
            async with self._database.transaction(urgent=True) as tx:
                admitted = await self._open(tx, caller, proposal_id, version)
                undo = await self._propose(tx, caller, admitted, write, written)
        return Undoable(original=original, undo=undo, moves=moves)

    async def approve(self, caller: Caller, undo_id: str, version: int) -> Decision:
        """Release it, like any other approval. Raises: as DecideProposal.approve."""
        return await self._decide.approve(caller, undo_id, version)

    async def _open(self, tx: Tx, caller: Caller, proposal_id: str, version: int) -> Admitted:
        admitted = await admit(tx, caller, proposal_id)
        before = await tx.proposals.get(admitted.proposal.undo_id) if admitted.proposal.undo_id else None
        now = await tx.proposals.now()
        check_undoable(admitted.proposal, version=version, before=before, now=now, window=self._window)
        return admitted

    async def _written(self, original: Proposal) -> Written | None:
        """The record we wrote, as it is now; None if it is gone."""
        key = original.write.made(original.crm_id or "")
        if key is None:
            return await self._found(original)
        record = await self._crm.record(*key)
        if record is None:
            return None
        return Written(
            id=record.id,
            marker=original.marker,
            modified_at=record.modified_at,
            written_at=original.crm_modified_at,
            record=record,
        )

    async def _found(self, original: Proposal) -> Written | None:
        """The same for something that is no CRM record: its own system looks for it."""
        change = approved_change(replace(original, state=State.SENDING))
        return written_as_found(original, await self._writers[original.write.system].find(change))

    async def _propose(self, tx: Tx, caller: Caller, admitted: Admitted, write: Write, written: Written) -> Proposal:
        original, now = admitted.proposal, await tx.proposals.now()
        earlier = await tx.proposals.get(original.undo_id) if original.undo_id else None
        if earlier is not None and earlier.state is State.PENDING:
            if is_digest_of(earlier.digest, write) and now < earlier.expires_at:
                return earlier
            await tx.proposals.move(earlier.id, frm=[State.PENDING], to=State.SUPERSEDED)
        assert original.done_at is not None
        undo = undo_proposal(original, write, written, now=now, expires_at=original.done_at + self._window)
        await tx.proposals.add(undo)
        await tx.proposals.note_undo(original.id, undo.id)
        await note(
            tx, caller, "undo.offered", undo.id, actor=admitted.actor, at=now, undoes=original.id, digest=undo.digest
        )
        log.info("undo.offered", proposal_id=undo.id, undoes=original.id)
        return undo

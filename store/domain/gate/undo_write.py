"""Which write undoes another one, and whether it still may: only while the value we wrote is unchanged. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from secrets import token_hex

from store.domain.crm.accounts import Entity
from store.domain.crm.basis import Difference, RecordKey, facts_in, told
from store.domain.errors import CrmUnavailable, Drifted, Expired, GateClosed, Refused, Stale
from store.domain.gate.proposals import IN_FLIGHT, Proposal, State
from store.domain.gate.verdicts import Verdict, WriteResult
from store.domain.gate.write import Write, Written

GONE = "The written record is no longer in the CRM, so there is nothing to undo."
CHANGED = "Someone changed this in the CRM after it was written, so it was not undone: their work would be lost."
UNDO_WINDOW = timedelta(minutes=15)  # how long a write can be undone after it was written


def check_undoable(
    proposal: Proposal, *, version: int, before: Proposal | None, now: datetime, window: timedelta
) -> None:
    """Whether an undo may be offered now. `before` is an earlier proposal to undo this one, if there was one.

    Raises: Stale, GateClosed if there is no write to undo, Refused if it can't be undone, Expired after the window.
    """
    if proposal.version != version:
        raise Stale("This was replaced by a newer version.", state=proposal.state)
    if proposal.state is State.UNDONE:
        raise GateClosed("This was undone already.", state=proposal.state)
    if proposal.state is not State.DONE or proposal.done_at is None or proposal.undoes is not None:
        raise GateClosed("Nothing was written here, so there is nothing to undo.", state=proposal.state)
    if proposal.write.undo_refusal is not None:
        raise Refused(proposal.write.undo_refusal)
    if now >= proposal.done_at + window:
        minutes = int(window.total_seconds() // 60)
        raise Expired(
            f"This was written more than {minutes} minutes ago; please change it in Zoho itself.", state=proposal.state
        )
    if before is not None and before.state in IN_FLIGHT:
        raise GateClosed("It is being undone already.", state=before.state)


def written_as_found(original: Proposal, found: WriteResult) -> Written | None:
    """The write as its system's own writer found it; None if it is gone. Raises: CrmUnavailable if neither is certain."""
    if found.verdict is Verdict.NOT_SENT:
        return None
    if found.verdict is not Verdict.DONE or found.crm_id is None or found.modified_at is None:
        raise CrmUnavailable(found.error or "I can't read the written record right now; please try again later.")
    return Written(
        id=found.crm_id, marker=original.marker, modified_at=found.modified_at, written_at=original.crm_modified_at
    )


def undo_of(original: Proposal, written: Written | None) -> tuple[Write, tuple[Difference, ...]]:
    """The write that restores the earlier values, and the changes it makes. `written` is None if our record is gone.

    Raises: Refused, Drifted.
    """
    if written is None:
        raise Refused(GONE)
    reworked = original.write.reworked(written)
    if reworked is not None:
        raise Drifted(CHANGED, state=original.state, differences=told(reworked))
    return original.write.undo(written)


def undo_proposal(
    original: Proposal, write: Write, written: Written, *, now: datetime, expires_at: datetime
) -> Proposal:
    """The pending proposal of this write, which undoes `original`. It needs only one approver."""
    undo_id, advice, record = token_hex(16), original.recommendation, written.record
    records: dict[RecordKey, Entity | None] = {(record.kind, record.id): record} if record else {}
    return original.beside(
        write,
        replace(advice, key=f"undo:{original.id}", title=f"Undo: {original.name}", write=write),
        id=undo_id,
        brief_id=original.brief_id,
        created_at=now,
        expires_at=expires_at,
        basis=facts_in((), records, changed=write.touches()),
        undoes=original.id,
    )

"""Which write takes another one back, and whether it still may: only while our record is as we left it. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from secrets import token_hex

from store.domain.crm.accounts import Entity
from store.domain.crm.basis import Difference, RecordKey, facts_in, told
from store.domain.errors import CrmUnavailable, Drifted, Expired, GateClosed, Refused, Stale
from store.domain.gate.proposals import Proposal, State
from store.domain.gate.verdicts import Verdict, WriteResult
from store.domain.gate.write import Write, Written, digest_of

GONE = "What was written is no longer in the CRM, so there is nothing to undo."
CHANGED = "This was changed in the CRM after it was written, so it is not undone: somebody would lose their work."
UNDO_WINDOW = timedelta(minutes=15)  # how long a write can be undone after it was written
BEING_UNDONE = (State.READY, State.SENDING, State.UNKNOWN)


def check_undoable(
    proposal: Proposal, *, version: int, before: Proposal | None, now: datetime, window: timedelta
) -> None:
    """Whether an undo may be offered now. `before` is the proposal that takes this one back, if there has been one.

    Raises: Stale, GateClosed if there is nothing written to take back, Refused if it can't be taken back, Expired after the window.
    """
    if proposal.version != version:
        raise Stale("Something newer took the place of this.", state=proposal.state)
    if proposal.state is State.UNDONE:
        raise GateClosed("This was undone already.", state=proposal.state)
    if proposal.state is not State.DONE or proposal.done_at is None or proposal.undoes is not None:
        raise GateClosed("There is nothing written here that could be undone.", state=proposal.state)
    if proposal.write.undo_refusal is not None:
        raise Refused(proposal.write.undo_refusal)
    if now >= proposal.done_at + window:
        minutes = int(window.total_seconds() // 60)
        raise Expired(
            f"This was written more than {minutes} minutes ago; change it in Zoho itself, please.", state=proposal.state
        )
    if before is not None and before.state in BEING_UNDONE:
        raise GateClosed("It is being undone already.", state=before.state)


def written_as_found(original: Proposal, found: WriteResult) -> Written | None:
    """What a system's own writer found of a write; None if it is gone. Raises: CrmUnavailable if that can't be told."""
    if found.verdict is Verdict.NOT_SENT:
        return None
    if found.verdict is not Verdict.DONE or found.crm_id is None or found.modified_at is None:
        raise CrmUnavailable(found.error or "What was written cannot be read now; try again later.")
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
    """The pending proposal of this write, which takes `original` back. One person is enough for it."""
    undo_id, advice, record = token_hex(16), original.recommendation, written.record
    records: dict[RecordKey, Entity | None] = {(record.kind, record.id): record} if record else {}
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
        basis=facts_in((), records, changed=write.touches()),
        amount=original.amount,
        undoes=original.id,
    )

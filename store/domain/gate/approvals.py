"""The gate: when a proposal may be decided, and what an approval becomes. Who may decide it is in `store.domain.access.rules`.

Pure rules. The store applies them in one conditional update, so that of many presses one counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from store.domain.errors import AlreadyDecided, Expired, Refused, Stale
from store.domain.gate.proposals import Proposal, State
from store.domain.gate.write import Write, is_digest_of

# Writes that one press approves, at most: a person can still read them, and they fit into a modal's metadata.
MOST_AT_ONCE = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovedChange:
    """The only input a writer accepts: a write that a linked person approved, claimed for one attempt.

    The constructor refuses a digest that doesn't match the write, so no one can swap the payload on the way. `undoes`
    is the proposal whose write this undoes, if it is an undo. `unless_modified_since` is the modified time of the
    record when it was last read: a newer record must not be changed.
    """

    proposal_id: str
    version: int
    digest: str
    write: Write
    marker: str
    approved_by: str
    approved_at: datetime
    undoes: str | None = None
    unless_modified_since: datetime | None = None

    def __post_init__(self) -> None:
        if not is_digest_of(self.digest, self.write):
            raise Refused("The write does not match its approval.")
        if not self.approved_by:
            raise Refused("No one approved this write.")


def approved_change(proposal: Proposal, *, unless_modified_since: datetime | None = None) -> ApprovedChange:
    """Turn a claimed proposal into the approved change, for a record read a moment ago (`unless_modified_since`).

    Raises: Refused unless the proposal is being sent, someone decided it (and someone else endorsed it, if it needs
    two) and its digest matches its payload.
    """
    if proposal.state is not State.SENDING or proposal.decided_by is None or proposal.decided_at is None:
        raise Refused("Only a claimed, approved proposal can be written.")
    if proposal.needs_second and proposal.endorsed_by in (None, proposal.decided_by):
        raise Refused("This write needs two approvers, and only one has approved it.")
    return ApprovedChange(
        proposal_id=proposal.id,
        version=proposal.version,
        digest=proposal.digest,
        write=proposal.write,
        marker=proposal.marker,
        approved_by=proposal.decided_by,
        approved_at=proposal.decided_at,
        undoes=proposal.undoes,
        unless_modified_since=unless_modified_since,
    )


def check_open(proposal: Proposal, *, version: int, digest: str | None, now: datetime) -> None:
    """A press counts only on the current version, while it is pending and not expired (strictly before `expires_at`).

    `digest` is the one shown to the person; None if the surface carries only the version (a proposal id names one
    version, whose digest is in the row and is checked again before the write).
    Raises: AlreadyDecided, Expired, Stale.
    """
    if proposal.state is State.SUPERSEDED or proposal.version != version:
        raise Stale("This was replaced by a newer version; please decide that one.", state=proposal.state)
    if digest is not None and digest != proposal.digest:
        raise Stale("The proposal has changed since you saw it; please look again.", state=proposal.state)
    if proposal.state is State.EXPIRED or (proposal.state is State.PENDING and now >= proposal.expires_at):
        raise Expired("This expired without a decision; nothing was written.", state=State.EXPIRED)
    if proposal.state is State.RETRACTED:
        raise AlreadyDecided("This is no longer needed; nothing was written.", state=proposal.state)
    if proposal.state is not State.PENDING:
        raise AlreadyDecided("This was decided already.", state=proposal.state)
    if not is_digest_of(proposal.digest, proposal.write):
        raise Stale("The stored write does not match its digest; nothing was done.", state=proposal.state)

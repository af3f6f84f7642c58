"""The gate: when a proposal may be decided, and what an approval becomes. Who may decide it is in `store.domain.access.rules`.

Pure rules. The store applies them in one conditional update, so that of many presses one counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from store.domain.errors import AlreadyDecided, Expired, Refused, Stale
from store.domain.gate.proposals import Proposal, State
from store.domain.gate.write import Write, is_digest_of


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovedChange:
    """The only thing a writer takes: a write that a bound person approved, claimed for one attempt.

    Constructing one with a digest that is not the write's own is refused, so a payload cannot be swapped on the way.
    `undoes` names the proposal whose write this takes back, where it does. `unless_modified_since` is the modified time at
    which the record was just found as it was shown: one that is newer must not be touched.
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
            raise Refused("The write does not match what was approved.")
        if not self.approved_by:
            raise Refused("Nobody approved this write.")


def approved_change(proposal: Proposal, *, unless_modified_since: datetime | None = None) -> ApprovedChange:
    """The act that a claimed proposal stands for, on a record that was read a moment ago (`unless_modified_since`).

    Raises: Refused unless the proposal is being sent, was decided by somebody (and endorsed by somebody else, where two are
    wanted) and its digest matches its payload.
    """
    if proposal.state is not State.SENDING or proposal.decided_by is None or proposal.decided_at is None:
        raise Refused("Only a claimed, approved proposal can be written.")
    if proposal.needs_second and proposal.endorsed_by in (None, proposal.decided_by):
        raise Refused("This write wants two people, and only one approved it.")
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
    """A press counts only on the version in force, while it is pending and not expired (strictly before `expires_at`).

    `digest` is what the person was shown; None where the surface carries the version alone (a proposal id names one
    version, whose digest stands in the row and is checked again when it is written).
    Raises: AlreadyDecided, Expired, Stale.
    """
    if proposal.state is State.SUPERSEDED or proposal.version != version:
        raise Stale(
            "Something newer took the place of this; the newer version is the one to decide.", state=proposal.state
        )
    if digest is not None and digest != proposal.digest:
        raise Stale("What you saw is not what stands in the proposal now; please look again.", state=proposal.state)
    if proposal.state is State.EXPIRED or (proposal.state is State.PENDING and now >= proposal.expires_at):
        raise Expired("This expired before anybody decided; nothing was written.", state=State.EXPIRED)
    if proposal.state is not State.PENDING:
        raise AlreadyDecided("This was decided already.", state=proposal.state)
    if not is_digest_of(proposal.digest, proposal.write):
        raise Stale("The stored write does not match its digest; nothing was done.", state=proposal.state)

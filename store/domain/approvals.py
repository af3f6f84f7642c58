"""The gate: who may decide a proposal, when, and what an approval becomes.

Pure rules. The store applies them in one conditional update, so that of many presses one counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from store.domain.accounts import Person, Role
from store.domain.errors import AlreadyDecided, Expired, Refused, Stale
from store.domain.proposals import Proposal, State, Write, digest_of


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovedChange:
    """The only thing the CRM writer takes: a write that a bound person approved, claimed for one attempt.

    Constructing one with a digest that is not the write's own is refused, so a payload cannot be swapped on the way.
    """

    proposal_id: str
    version: int
    digest: str
    write: Write
    marker: str
    approved_by: str
    approved_at: datetime

    def __post_init__(self) -> None:
        if digest_of(self.write) != self.digest:
            raise Refused("The write does not match what was approved.")
        if not self.approved_by:
            raise Refused("Nobody approved this write.")


def approved_change(proposal: Proposal) -> ApprovedChange:
    """The act that a claimed proposal stands for.

    Raises: Refused unless the proposal is being sent, was decided by somebody and its digest matches its payload.
    """
    if proposal.state is not State.SENDING or proposal.decided_by is None or proposal.decided_at is None:
        raise Refused("Only a claimed, approved proposal can be written.")
    return ApprovedChange(
        proposal_id=proposal.id,
        version=proposal.version,
        digest=proposal.digest,
        write=proposal.write,
        marker=proposal.marker,
        approved_by=proposal.decided_by,
        approved_at=proposal.decided_at,
    )


def check_may_see(actor: Person | None, owner: Person | None) -> None:
    """Owners see their own, managers their direct reports', admins nobody's by that role alone.

    Raises: Refused for anybody else, for unknown and for inactive people: fail closed.
    """
    if actor is None or owner is None or not actor.active:
        raise Refused("I do not know you as the owner of this account, so I cannot show or change anything on it.")
    if actor.id == owner.id:
        return
    if actor.role in (Role.MANAGER, Role.ADMIN) and owner.manager_id == actor.id:
        return
    raise Refused(f"This belongs to {owner.name}. Only they or their manager can see it and decide.")


def check_may_decide(actor: Person | None, owner: Person | None) -> None:
    """Whoever may see a proposal as owner or as the owner's manager may decide it. Raises: Refused."""
    check_may_see(actor, owner)


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
    if digest_of(proposal.write) != proposal.digest:
        raise Stale("The stored write does not match its digest; nothing was done.", state=proposal.state)

"""A person decides: approve, reject or adjust a proposal. The only way from `pending` towards a write.

The actor is looked up again at every press, the account's owner is read again from what the CRM last said, and the move
itself is one compare-and-set in the store: of many presses one counts, and the others learn what became of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from secrets import token_hex

import structlog

from agents.flows.compose_brief import local_day
from agents.flows.people import Caller, known_person
from agents.ports import Clock
from store.database import Database, Tx
from store.domain.accounts import Person
from store.domain.approvals import check_may_decide, check_open
from store.domain.errors import AlreadyDecided, NotFound, Refused
from store.domain.policy import check_write
from store.domain.proposals import Proposal, State, Write, digest_of

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a press came to: the proposal as it stands now, and who decided."""

    proposal: Proposal
    actor: Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjustable:
    """A proposal, the people its task may go to, and the values that an account's picklist fields may take."""

    proposal: Proposal
    assignees: tuple[Person, ...]
    choices: Mapping[str, tuple[str, ...]]


class DecideProposal:
    def __init__(self, database: Database, clock: Clock, *, lifetime: timedelta) -> None:
        self._database = database
        self._clock = clock
        self._lifetime = lifetime

    async def approve(self, caller: Caller, proposal_id: str, version: int) -> Decision:
        """Release the write exactly as shown. It is then executed by the write flow, once.

        Raises: NotFound, Refused, AlreadyDecided, Expired, Stale.
        """
        return await self._decide(caller, proposal_id, version, to=State.READY, action="proposal.approved")

    async def reject(self, caller: Caller, proposal_id: str, version: int, reason: str) -> Decision:
        """Turn it down for good; `reason` is kept and taken into account in later mornings. Raises: as `approve`."""
        return await self._decide(
            caller, proposal_id, version, to=State.REJECTED, action="proposal.rejected", reason=reason.strip() or None
        )

    async def look(self, caller: Caller, proposal_id: str, version: int) -> Adjustable:
        """What somebody about to adjust a proposal may choose from. Raises: as `approve`."""
        async with self._database.reading() as tx:
            proposal, _, owner = await self._may_decide(tx, caller, proposal_id)
            check_open(proposal, version=version, digest=None, now=self._clock.now())
            manager = await tx.people.get(owner.manager_id) if owner.manager_id else None
            assignees = {person.id: person for person in (owner, manager) if person and person.active}
            return Adjustable(
                proposal=proposal, assignees=tuple(assignees.values()), choices=await tx.sync.account_choices()
            )

    async def adjust(self, caller: Caller, proposal_id: str, version: int, write: Write) -> Decision:
        """Put a new version in the old one's place, pending, with its own digest and the full time to decide.

        Raises: as `approve`, and FieldProblems where the policy would refuse the new write.
        """
        now = self._clock.now()
        async with self._database.transaction(urgent=True) as tx:
            proposal, actor, owner = await self._may_decide(tx, caller, proposal_id)
            check_open(proposal, version=version, digest=None, now=now)
            people = {person.id: person for person in await tx.people.all()}
            choices = await tx.sync.account_choices()
            today = local_day(owner, now)
            check_write(write, replaces=proposal.write, owner=owner, people=people, choices=choices, today=today)
            if digest_of(write) == proposal.digest:
                return Decision(proposal=proposal, actor=actor)
            if not await tx.proposals.move(
                proposal.id, frm=[State.PENDING], to=State.SUPERSEDED, now=now, unexpired=True
            ):
                raise AlreadyDecided("This was decided a moment ago.", state=proposal.state)
            adjusted = replace(
                proposal,
                id=token_hex(16),
                version=proposal.version + 1,
                write=write,
                digest=digest_of(write),
                created_at=now,
                expires_at=now + self._lifetime,
            )
            await tx.proposals.add(adjusted)
            await tx.audit.append(
                at=now,
                actor=actor.id,
                action="proposal.adjusted",
                subject=adjusted.id,
                detail={
                    "replaces": proposal.id,
                    "lineage": adjusted.lineage,
                    "version": adjusted.version,
                    "digest": adjusted.digest,
                    "account_id": adjusted.account_id,
                },
                request_id=caller.request_id,
            )
        log.info("proposal.adjusted", proposal_id=adjusted.id, replaces=proposal.id, version=adjusted.version)
        return Decision(proposal=adjusted, actor=actor)

    async def _decide(
        self, caller: Caller, proposal_id: str, version: int, *, to: State, action: str, reason: str | None = None
    ) -> Decision:
        now = self._clock.now()
        async with self._database.transaction(urgent=True) as tx:
            proposal, actor, _ = await self._may_decide(tx, caller, proposal_id)
            check_open(proposal, version=version, digest=None, now=now)
            moved = await tx.proposals.move(
                proposal.id,
                frm=[State.PENDING],
                to=to,
                now=now,
                unexpired=True,
                digest=proposal.digest,
                decided_by=actor.id,
                decided_at=now,
                reason=reason,
            )
            if moved is None:
                raise AlreadyDecided("This was decided a moment ago.", state=proposal.state)
            await tx.audit.append(
                at=now,
                actor=actor.id,
                action=action,
                subject=moved.id,
                detail={
                    "lineage": moved.lineage,
                    "version": moved.version,
                    "digest": moved.digest,
                    "account_id": moved.account_id,
                    "tool": str(moved.write.tool),
                    "slack_team": caller.team_id,
                    "slack_user": caller.user_id,
                    "reason": reason,
                },
                request_id=caller.request_id,
            )
        log.info(action, proposal_id=moved.id, version=moved.version)
        return Decision(proposal=moved, actor=actor)

    async def _may_decide(self, tx: Tx, caller: Caller, proposal_id: str) -> tuple[Proposal, Person, Person]:
        actor = await known_person(tx, caller)
        proposal = await tx.proposals.get(proposal_id)
        if proposal is None:
            raise NotFound("I do not know this proposal any more; it may be from an older brief.")
        owner = await tx.people.get(proposal.owner_id)
        check_may_decide(actor, owner)
        assert owner is not None
        if not await tx.snapshots.may_act_on(proposal.owner_id, proposal.write.parent_kind, proposal.write.parent_id):
            raise Refused(
                f"“{proposal.account_name}” has another owner in the CRM by now, so this can no longer be decided here."
            )
        return proposal, actor, owner

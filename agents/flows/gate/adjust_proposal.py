"""Change what a proposal would write. The result is a new version to decide; an adjustment decides nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from secrets import token_hex

import structlog

from agents.flows.access.identity import Caller
from agents.flows.access.trail import note, noting_refusal
from agents.flows.gate.admit import Admitted, admit
from agents.flows.gate.decide_proposal import Decision, DecisionPolicy
from agents.flows.gate.expiry import expiry
from store.database import Database, Tx
from store.domain.crm.accounts import Person
from store.domain.crm.people import local_day
from store.domain.errors import AlreadyDecided, Refused
from store.domain.gate.adjust_proposal import check_write
from store.domain.gate.approvals import check_open
from store.domain.gate.fields import picklists
from store.domain.gate.proposals import Proposal, State
from store.domain.gate.stakes import needs_second
from store.domain.gate.write import Write, is_digest_of
from store.domain.gate.writes.create_task import CreateTask

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjustable:
    """A proposal, the people its task may go to, and the values that its picklist fields may take."""

    proposal: Proposal
    assignees: tuple[Person, ...]
    choices: Mapping[str, tuple[str, ...]]


class AdjustProposal:
    def __init__(self, database: Database, policy: DecisionPolicy) -> None:
        self._database = database
        self._policy = policy

    async def look(self, caller: Caller, proposal_id: str, version: int) -> Adjustable:
        """Return the choices for adjusting (or rejecting) a proposal, from the store alone.

        Raises: NotFound, Unconfirmed, Refused, AlreadyDecided, Expired, Stale.
        """
        async with self._database.reading() as tx:
            admitted = await self._open(tx, caller, proposal_id, version)
            write = admitted.proposal.write
            present = await tx.people.get(write.assignee_id) if isinstance(write, CreateTask) else None
            circle = admitted.circle
            assignees = {each.id: each for each in (circle.owner, circle.manager, present) if each and each.active}
            return Adjustable(
                proposal=admitted.proposal,
                assignees=tuple(assignees.values()),
                choices={
                    **await tx.sync.account_choices(),
                    **picklists(await tx.sync.field_rules(), write.kind),
                },
            )

    async def adjust(self, caller: Caller, proposal_id: str, version: int, write: Write) -> Decision:
        """Replace the proposal with a new pending version, with its own digest and the full time to decide. An
        endorsement of the old version no longer counts.

        Raises: as `look`, and FieldProblems if the policy refuses the new write.
        """
        async with (
            noting_refusal(self._database, caller, "proposal.adjust", proposal_id, version=version),
            self._database.transaction(urgent=True) as tx,
        ):
            admitted = await self._open(tx, caller, proposal_id, version)
            proposal, now = admitted.proposal, await tx.proposals.now()
            await self._check(tx, admitted, write)
            if is_digest_of(proposal.digest, write):
                return Decision(proposal=proposal, actor=admitted.actor, standing=admitted.standing)
            adjusted = proposal.next_version(
                write,
                id=token_hex(16),
                created_at=now,
                expires_at=await expiry(tx, proposal.owner_id, now, self._policy.lifetime),
                needs_second=needs_second(write, amount=proposal.amount, policy=self._policy.stakes),
            )
            if not await tx.proposals.move(
                proposal.id,
                frm=[State.PENDING],
                to=State.SUPERSEDED,
                unexpired=True,
                decided_by=admitted.actor.id,
                decided_at=now,
            ):
                raise AlreadyDecided("Someone decided this a moment ago.", state=proposal.state)
            await tx.proposals.add(adjusted)
            await note(
                tx,
                caller,
                "proposal.adjusted",
                adjusted.id,
                actor=admitted.actor,
                at=now,
                standing=str(admitted.standing),
                replaces=proposal.id,
                lineage=adjusted.lineage,
                version=adjusted.version,
                digest=adjusted.digest,
                account_id=adjusted.account_id,
            )
        log.info("proposal.adjusted", proposal_id=adjusted.id, replaces=proposal.id, version=adjusted.version)
        return Decision(proposal=adjusted, actor=admitted.actor, standing=admitted.standing)

    async def _open(self, tx: Tx, caller: Caller, proposal_id: str, version: int) -> Admitted:
        admitted = await admit(tx, caller, proposal_id)
        check_open(admitted.proposal, version=version, digest=None, now=await tx.proposals.now())
        # An undo needs only one approver because all it can do is restore the earlier value.
        if admitted.proposal.undoes is not None:
            raise Refused("An undo only restores the earlier value; you can approve it or leave it, but not adjust it.")
        return admitted

    async def _check(self, tx: Tx, admitted: Admitted, write: Write) -> None:
        people = {person.id: person for person in await tx.people.all()}
        check_write(
            write,
            replaces=admitted.proposal.write,
            owner=admitted.circle.owner,
            people=people,
            choices=await tx.sync.account_choices(),
            rules=await tx.sync.field_rules(),
            today=local_day(admitted.circle.owner, await tx.proposals.now()),
        )

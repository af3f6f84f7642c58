"""An operator looks at approved writes that got stuck, tries them again, or records how they ended.

Nothing here approves anything: a retry sends the write that was approved, after reading the record again.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

import structlog

from agents.flows.access.identity import Caller, known_person
from agents.flows.access.trail import note
from store.database import Database, Tx
from store.domain.access.rules import check_may_operate
from store.domain.crm.accounts import Person
from store.domain.errors import Ambiguous, GateClosed, NotFound
from store.domain.gate.audit import AuditEntry
from store.domain.gate.proposals import Proposal, State

log = structlog.get_logger()

STUCK = (State.DEAD, State.UNKNOWN, State.SENDING, State.READY)
SHORTEST = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteStory:
    """A write and all its audit entries, oldest first."""

    proposal: Proposal
    trail: tuple[AuditEntry, ...]


class OperateWrites:
    """`who` is an administrator in Slack (a Caller) or, at the command line, the operator's name. The next
    `Delivery.catch_up` shows changes in the messages, and the next sweep of a running bot carries them on."""

    def __init__(self, database: Database, *, lifetime: timedelta) -> None:
        self._database = database
        self._lifetime = lifetime

    async def listed(self, who: Caller | str, *, states: Collection[State] = STUCK, limit: int = 50) -> list[Proposal]:
        """Approved writes in these states, latest decision first. Raises: Refused for anyone but an administrator."""
        async with self._database.reading() as tx:
            await _operator(tx, who)
            return await tx.proposals.writes(states, limit=limit)

    async def show(self, who: Caller | str, prefix: str) -> WriteStory:
        """One write by its id or at least the first six characters of it. In Slack, that an administrator looked at it is
        recorded. Raises: NotFound, Ambiguous, Refused."""
        async with self._database.reading() as tx:
            actor = await _operator(tx, who)
            proposal = await self._found(tx, prefix)
            story = WriteStory(proposal=proposal, trail=tuple(await tx.audit.entries(subject=proposal.id)))
        if isinstance(who, Caller):
            async with self._database.transaction(urgent=True) as tx:
                await note(tx, who, "write.shown", proposal.id, actor=actor)
        return story

    async def retry(self, who: Caller | str, prefix: str) -> Proposal:
        """Try a dead write again, as a new run, or look again for a parked one.

        Raises: NotFound, Ambiguous, Refused; GateClosed if it is neither, or was approved too long ago.
        """
        async with self._database.transaction(urgent=True) as tx:
            actor = await _operator(tx, who)
            proposal = await self._found(tx, prefix)
            if proposal.state is State.UNKNOWN:
                moved = await tx.proposals.unpark(proposal.id)
            else:
                await self._check_fresh(tx, proposal)
                moved = await tx.proposals.move(
                    proposal.id,
                    frm=[State.DEAD],
                    to=State.READY,
                    run=proposal.run + 1,
                    attempt=0,
                    sent_at=None,
                    error=None,
                )
            if moved is None:
                raise GateClosed(
                    f"This write is {proposal.state}; there is nothing to try again.", state=proposal.state
                )
            await note(tx, _request(who), "write.retried", moved.id, actor=actor, operator=_name(who), run=moved.run)
        log.info("write.retried", proposal_id=moved.id, run=moved.run)
        return moved

    async def resolve(self, who: Caller | str, prefix: str, *, written: bool, crm_id: str | None = None) -> Proposal:
        """Record how an unknown write ended, after looking in Zoho: `written` with the record's id, or not written.

        Raises: NotFound, Ambiguous, Refused; GateClosed unless its fate is unknown.
        """
        async with self._database.transaction(urgent=True) as tx:
            actor = await _operator(tx, who)
            proposal = await self._found(tx, prefix)
            if proposal.state is not State.UNKNOWN:
                raise GateClosed(f"This write is {proposal.state}; there is nothing to resolve.", state=proposal.state)
            now = await tx.proposals.now()
            moved = await tx.proposals.move(
                proposal.id,
                frm=[State.UNKNOWN],
                to=State.DONE if written else State.DEAD,
                crm_id=crm_id if written else None,
                done_at=now if written else None,
                parked_at=None,
                error=None if written else "An operator looked in Zoho: it was not written.",
            )
            if moved is None:
                raise GateClosed("This write changed a moment ago; please look again.", state=proposal.state)
            await note(
                tx,
                _request(who),
                "write.resolved",
                moved.id,
                actor=actor,
                operator=_name(who),
                written=written,
                crm_id=crm_id,
            )
            if written and proposal.undoes is not None:
                undone = await tx.proposals.move(proposal.undoes, frm=[State.DONE], to=State.UNDONE)
                if undone is not None:
                    await note(tx, _request(who), "write.undone", undone.id, actor=actor, undo=proposal.id)
        log.info("write.resolved", proposal_id=moved.id, written=written)
        return moved

    async def _check_fresh(self, tx: Tx, proposal: Proposal) -> None:
        if proposal.decided_at is not None and await tx.proposals.now() > proposal.decided_at + self._lifetime:
            raise GateClosed(
                "This was approved too long ago; the next brief proposes it again if it is still due.",
                state=proposal.state,
            )

    async def _found(self, tx: Tx, prefix: str) -> Proposal:
        wanted = prefix.strip().lower()
        found = await tx.proposals.starting_with(wanted) if len(wanted) >= SHORTEST else []
        if not found:
            raise NotFound(
                f"There is no write “{prefix}”. Please give its id, or at least its first {SHORTEST} characters."
            )
        if len(found) > 1:
            raise Ambiguous(
                f"“{prefix}” matches several writes; please give more of its id.",
                [(p.id, p.account_name) for p in found],
            )
        return found[0]


async def _operator(tx: Tx, who: Caller | str) -> Person | None:
    """Raises: Refused for a Slack user who is not a CRM administrator."""
    if isinstance(who, str):
        return None
    person = await known_person(tx, who)
    check_may_operate(person, confirmed=True)
    return person


def _request(who: Caller | str) -> Caller | str:
    return who if isinstance(who, Caller) else "operator"


def _name(who: Caller | str) -> str | None:
    return who if isinstance(who, str) else None

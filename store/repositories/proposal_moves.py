"""A proposal's way through the gate: every move is one conditional UPDATE, so that of several clicks one counts."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any, TypedDict, Unpack

from sqlalchemy import ColumnElement, Select, Update, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from store.domain.errors import Stale
from store.domain.gate.moves import ProposalMoved
from store.domain.gate.proposals import OPEN, TRANSITIONS, Proposal, State
from store.domain.gate.reopen_proposal import REOPENABLE
from store.repositories.base import Repository
from store.repositories.proposal_rows import has_newer, proposal_of, proposals, row_of


class ReminderFields(TypedDict, total=False):
    """Columns that record a snooze or a reminder."""

    decided_by: str | None
    decided_at: datetime | None
    snoozed_until: datetime | None
    until_change: bool
    reminded_at: datetime | None
    offered_to: str | None
    reason: str | None


class Columns(ReminderFields, total=False):
    """Columns that may be written together with a move."""

    attempt: int
    run: int
    sent_at: datetime | None
    crm_id: str | None
    error: str | None
    expires_at: datetime
    needs_second: bool
    endorsed_by: str | None
    endorsed_at: datetime | None
    undo_id: str | None
    crm_modified_at: datetime | None
    done_at: datetime | None
    parked_at: datetime | None


# Columns to clear when a snoozed proposal returns.
AWAKE = ReminderFields(
    decided_by=None,
    decided_at=None,
    snoozed_until=None,
    until_change=False,
    reminded_at=None,
    offered_to=None,
    reason=None,
)


class ProposalMoves(Repository):
    """`moved` collects every move made here; `Database.transaction` publishes them once they are kept."""

    def __init__(
        self,
        connection: AsyncConnection,
        clock: Callable[[], datetime] | None = None,
        moved: list[ProposalMoved] | None = None,
    ) -> None:
        super().__init__(connection, clock)
        self._moved = moved if moved is not None else []

    async def add(self, *added: Proposal) -> None:
        """Raises: Stale if another version of the lineage is in force: supersede that first."""
        if not added:
            return
        try:
            await self._connection.execute(insert(proposals), [row_of(proposal) for proposal in added])
        except IntegrityError as exc:
            raise Stale("Another version of this is already in force.", state=added[0].state) from exc

    async def now(self) -> datetime:
        """The present by the database's clock, which decides when proposals expire."""
        now: datetime = (await self._connection.execute(select(self._now))).scalar_one()
        return now

    async def get(self, proposal_id: str) -> Proposal | None:
        found = await self._all(select(proposals).where(proposals.c.id == proposal_id))
        return found[0] if found else None

    async def move(
        self,
        proposal_id: str,
        *,
        frm: Collection[State],
        to: State,
        unexpired: bool = False,
        digest: str | None = None,
        **columns: Unpack[Columns],
    ) -> Proposal | None:
        """Move a proposal if its state is one of `frm`; return its new version, or None if it did not apply.

        `unexpired` also requires that it has not expired by the database's clock, `digest` that its write is the one shown.
        The caller must have its messages rendered again: a moved proposal counts as not shown.
        Raises: ValueError for a move that TRANSITIONS does not contain.
        """
        impossible = [state for state in frm if to not in TRANSITIONS[state]]
        if impossible or not frm:
            raise ValueError(f"A proposal cannot move from {', '.join(impossible) or 'nowhere'} to {to}.")
        statement = update(proposals).where(proposals.c.id == proposal_id, proposals.c.state.in_(frm))
        if unexpired:
            statement = statement.where(proposals.c.expires_at > self._now)
        if digest is not None:
            statement = statement.where(proposals.c.digest == digest)
        return await self._changed(frm, statement.values(state=to, shown=False, **columns))

    async def reopen(self, proposal_id: str) -> Proposal | None:
        """Claim a rejected or undone proposal for its next version, to be added in the same transaction; its own state stays.
        Return None if it is in another state, or has a newer version already."""
        return await self._changed(
            REOPENABLE,
            update(proposals)
            .where(proposals.c.id == proposal_id, proposals.c.state.in_(REOPENABLE), ~has_newer())
            .values(shown=False),
        )

    async def lift(self, proposal_id: str, *, at: datetime) -> Proposal | None:
        """Record that a rejection no longer keeps its advice away; return None if it is no rejection, lifted, or has a newer
        version."""
        return await self._changed(
            [State.REJECTED],
            update(proposals)
            .where(
                proposals.c.id == proposal_id,
                proposals.c.state == State.REJECTED,
                proposals.c.lifted_at.is_(None),
                ~has_newer(),
            )
            .values(lifted_at=at, shown=False),
        )

    async def keep_open(self, proposal_id: str, *, expires_at: datetime) -> Proposal | None:
        """Keep a proposal that can still be decided open until then, and have its messages rendered again; return None if it
        can't be decided."""
        return await self._changed(
            [State.PENDING],
            update(proposals)
            .where(
                proposals.c.id == proposal_id, proposals.c.state == State.PENDING, proposals.c.expires_at > self._now
            )
            .values(shown=False, expires_at=expires_at),
        )

    async def endorse(self, proposal_id: str, *, by: str, at: datetime, digest: str) -> Proposal | None:
        """Record the first of two approvals; return the proposal, or None if it is not pending, endorsed already or too
        late."""
        return await self._changed(
            [State.PENDING],
            update(proposals)
            .where(
                proposals.c.id == proposal_id,
                proposals.c.state == State.PENDING,
                proposals.c.endorsed_by.is_(None),
                proposals.c.digest == digest,
                proposals.c.expires_at > self._now,
            )
            .values(endorsed_by=by, endorsed_at=at, shown=False),
        )

    async def note_undo(self, proposal_id: str, undo_id: str) -> Proposal | None:
        """Record the proposal that undoes this written one; return None if it is not written (any more)."""
        return await self._changed(
            [State.DONE],
            update(proposals)
            .where(proposals.c.id == proposal_id, proposals.c.state == State.DONE)
            .values(undo_id=undo_id, shown=False),
        )

    async def park(self, proposal_id: str, at: datetime) -> Proposal | None:
        """Hand an unknown one over to an operator; return None if it is not unknown, or parked already."""
        return await self._changed(
            [State.UNKNOWN],
            update(proposals)
            .where(proposals.c.id == proposal_id, proposals.c.state == State.UNKNOWN, proposals.c.parked_at.is_(None))
            .values(parked_at=at, shown=False),
        )

    async def unpark(self, proposal_id: str) -> Proposal | None:
        """Resume the search for an unknown one; return None if it is not parked."""
        return await self._changed(
            [State.UNKNOWN],
            update(proposals)
            .where(
                proposals.c.id == proposal_id, proposals.c.state == State.UNKNOWN, proposals.c.parked_at.is_not(None)
            )
            .values(parked_at=None, shown=False),
        )

    async def postpone(self, proposal: Proposal, *, at: datetime, error: str) -> Proposal | None:
        """Count an attempt of an approved write that could not start; return None if someone else has taken it meanwhile."""
        return await self._changed(
            [State.READY],
            update(proposals)
            .where(
                proposals.c.id == proposal.id,
                proposals.c.state == State.READY,
                proposals.c.attempt == proposal.attempt,
            )
            .values(attempt=proposal.attempt + 1, sent_at=at, error=error, shown=False),
        )

    async def reminded(self, proposal_ids: Collection[str], at: datetime) -> list[str]:
        """Record that the owner is reminded of these; return the ids of those that were pending without an earlier
        reminder."""
        return await self._noted(proposals.c.reminded_at.is_(None), proposal_ids, {"reminded_at": at})

    async def offered(self, proposal_ids: Collection[str], to: str) -> list[str]:
        """Record that someone besides the owner is offered these decisions; return the ids of those that were pending and
        not yet offered to this person."""
        other = proposals.c.offered_to.is_distinct_from(to)
        return await self._noted(other, proposal_ids, {"offered_to": to})

    async def withdraw_offer(self, proposal_ids: Collection[str]) -> list[Proposal]:
        """Withdraw the offer of these to anyone besides the owner; return those that had one."""
        return await self._all_changed(
            [State.PENDING],
            update(proposals)
            .where(
                proposals.c.id.in_(proposal_ids),
                proposals.c.state == State.PENDING,
                proposals.c.offered_to.is_not(None),
            )
            .values(offered_to=None, shown=False),
        )

    async def last_reminded(self, owner_id: str) -> datetime | None:
        """Return when the owner was last reminded of any proposal."""
        found = await self._connection.execute(
            select(func.max(proposals.c.reminded_at)).where(proposals.c.owner_id == owner_id)
        )
        last: datetime | None = found.scalar_one_or_none()
        return last

    async def expire(self) -> list[Proposal]:
        """Expire proposals whose time is over by the database's clock, snoozed or not, and return them."""
        return await self._all_changed(
            OPEN,
            update(proposals)
            .where(proposals.c.state.in_(OPEN), proposals.c.expires_at <= self._now)
            .values(state=State.EXPIRED, shown=False),
        )

    async def wake(self) -> list[Proposal]:
        """Return snoozed proposals to the owner as new once their time has come by the database's clock; return those."""
        return await self._all_changed(
            [State.SNOOZED],
            update(proposals)
            .where(
                proposals.c.state == State.SNOOZED,
                proposals.c.snoozed_until <= self._now,
                proposals.c.expires_at > self._now,
            )
            .values(state=State.PENDING, shown=False, **AWAKE),
        )

    async def unshown(self, limit: int = 100) -> list[Proposal]:
        """Return proposals that moved since their messages were last rendered, the oldest first."""
        return await self._all(select(proposals).where(~proposals.c.shown).limit(limit))

    async def mark_shown(self, proposal: Proposal) -> None:
        """Mark the version that its messages show; a proposal that moved meanwhile stays unshown."""
        await self._connection.execute(
            update(proposals)
            .where(
                proposals.c.id == proposal.id,
                proposals.c.state == proposal.state,
                proposals.c.endorsed_by.is_not_distinct_from(proposal.endorsed_by),
                proposals.c.undo_id.is_not_distinct_from(proposal.undo_id),
                proposals.c.parked_at.is_not_distinct_from(proposal.parked_at),
                proposals.c.attempt == proposal.attempt,
            )
            .values(shown=True)
        )

    async def _changed(self, frm: Collection[State], statement: Update) -> Proposal | None:
        changed = await self._all_changed(frm, statement)
        return changed[0] if changed else None

    async def _all_changed(self, frm: Collection[State], statement: Update) -> list[Proposal]:
        """Make a move, and note it for those who follow proposals."""
        rows = await self._connection.execute(statement.returning(proposals))
        changed = [proposal_of(row) for row in rows.mappings()]
        self._moved.extend(ProposalMoved(proposal=each, frm=frozenset(frm)) for each in changed)
        return changed

    async def _noted(
        self, condition: ColumnElement[bool], proposal_ids: Collection[str], values: Mapping[str, Any]
    ) -> list[str]:
        noted = await self._connection.execute(
            update(proposals)
            .where(proposals.c.id.in_(proposal_ids), proposals.c.state == State.PENDING, condition)
            .values(**values)
            .returning(proposals.c.id)
        )
        return list(noted.scalars())

    async def _all(self, statement: Select[Any]) -> list[Proposal]:
        rows = await self._connection.execute(statement.order_by(proposals.c.seq))
        return [proposal_of(row) for row in rows.mappings()]

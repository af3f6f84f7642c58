"""Proposals and their way through the gate: every move is one conditional UPDATE, so that of many presses one counts."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import fields
from datetime import datetime
from typing import Any, TypedDict, Unpack

from sqlalchemy import RowMapping, Select, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from store.codec import decode_recommendation, decode_write, encode_recommendation, encode_write
from store.domain.errors import Stale
from store.domain.proposals import TRANSITIONS, Prior, Proposal, State
from store.repositories.base import Repository, batches
from store.tables import ProposalRow, table_of

proposals = table_of(ProposalRow)

OPEN = (State.PENDING, State.SNOOZED)
IN_FLIGHT = (State.READY, State.SENDING, State.UNKNOWN)
SETTLED = frozenset(State) - {*OPEN, State.SUPERSEDED}


class Columns(TypedDict, total=False):
    """What may be written together with a move."""

    decided_by: str | None
    decided_at: datetime | None
    reason: str | None
    attempt: int
    run: int
    sent_at: datetime | None
    crm_id: str | None
    error: str | None
    rests_on: datetime | None
    expires_at: datetime


class Proposals(Repository):
    async def add(self, *added: Proposal) -> None:
        """Raises: Stale where another version of a lineage is in force: supersede that first."""
        if not added:
            return
        try:
            await self._connection.execute(insert(proposals), [_row(proposal) for proposal in added])
        except IntegrityError as exc:
            raise Stale("Another version of this is in force already.", state=added[0].state) from exc

    async def get(self, proposal_id: str) -> Proposal | None:
        found = await self._all(select(proposals).where(proposals.c.id == proposal_id))
        return found[0] if found else None

    async def move(
        self,
        proposal_id: str,
        *,
        frm: Collection[State],
        to: State,
        now: datetime,
        unexpired: bool = False,
        digest: str | None = None,
        **columns: Unpack[Columns],
    ) -> Proposal | None:
        """Move a proposal if it stands in one of `frm`; returns it as it stands then, None where it did not apply.

        `unexpired` asks in addition that `now` is strictly before its expiry, `digest` that its write is the one shown.
        Raises: ValueError for a move that TRANSITIONS does not know.
        """
        impossible = [state for state in frm if to not in TRANSITIONS[state]]
        if impossible or not frm:
            raise ValueError(f"No proposal moves from {', '.join(impossible) or 'nowhere'} to {to}.")
        statement = update(proposals).where(proposals.c.id == proposal_id, proposals.c.state.in_(frm))
        if unexpired:
            statement = statement.where(proposals.c.expires_at > now)
        if digest is not None:
            statement = statement.where(proposals.c.digest == digest)
        moved = await self._connection.execute(statement.values(state=to, **columns).returning(proposals))
        row = moved.mappings().one_or_none()
        return _proposal(row) if row is not None else None

    async def expire(self, now: datetime) -> list[Proposal]:
        """Expire what nobody decided in time, snoozed or not; returns what expired."""
        expired = await self._connection.execute(
            update(proposals)
            .where(proposals.c.state.in_(OPEN), proposals.c.expires_at <= now)
            .values(state=State.EXPIRED)
            .returning(proposals)
        )
        return [_proposal(row) for row in expired.mappings()]

    async def of_brief(self, brief_id: str) -> list[Proposal]:
        """In the order in which they were made, every version."""
        return await self._all(select(proposals).where(proposals.c.brief_id == brief_id))

    async def by_lineage(self, lineage: str) -> list[Proposal]:
        """All versions of one proposal, the first one first."""
        return await self._all(select(proposals).where(proposals.c.lineage == lineage))

    async def pending(self, owner_ids: Collection[str], *, now: datetime) -> list[Proposal]:
        """What these owners can still decide, the oldest first."""
        return await self._all(
            select(proposals).where(
                proposals.c.owner_id.in_(owner_ids), proposals.c.state == State.PENDING, proposals.c.expires_at > now
            )
        )

    async def decided(self, owner_ids: Collection[str], *, since: datetime, limit: int = 10) -> list[Proposal]:
        """What was decided on these owners' proposals at or after `since`, the latest decision first."""
        rows = await self._connection.execute(
            select(proposals)
            .where(
                proposals.c.owner_id.in_(owner_ids),
                proposals.c.decided_at >= since,
                proposals.c.state != State.SUPERSEDED,
            )
            .order_by(proposals.c.decided_at.desc(), proposals.c.seq.desc())
            .limit(limit)
        )
        return [_proposal(row) for row in rows.mappings()]

    async def in_force(self, proposal_ids: Collection[str]) -> dict[str, Proposal]:
        """The newest version of each of these proposals, by the id that was asked for; unknown ids are left out."""
        asked = proposals.alias()
        found: dict[str, Proposal] = {}
        for batch in batches(proposal_ids):
            rows = await self._connection.execute(
                select(proposals, asked.c.id.label("asked"))
                .join(asked, asked.c.lineage == proposals.c.lineage)
                .where(asked.c.id.in_(batch))
                .order_by(proposals.c.version)
            )
            found.update((row["asked"], _proposal(row)) for row in rows.mappings())
        return found

    async def open_writes(self) -> list[Proposal]:
        """Approved writes that have not come to an end."""
        return await self._all(select(proposals).where(proposals.c.state.in_(IN_FLIGHT)))

    async def open_by_key(self, owner_id: str, keys: Collection[str]) -> dict[str, Proposal]:
        """The latest live proposal of each piece of advice: waiting for a decision or being written."""
        found: dict[str, Proposal] = {}
        for batch in batches(keys):
            live = await self._all(
                select(proposals).where(
                    proposals.c.owner_id == owner_id,
                    proposals.c.key.in_(batch),
                    proposals.c.state.in_((*OPEN, *IN_FLIGHT)),
                )
            )
            found.update((proposal.recommendation.key, proposal) for proposal in live)
        return found

    async def priors(self, owner_id: str, account_ids: Collection[str], *, since: datetime) -> dict[str, list[Prior]]:
        """What was recommended to the owner, and decided or left to expire since then, by account, the newest first.

        Accounts without any are left out.
        """
        moment = func.coalesce(proposals.c.decided_at, proposals.c.created_at)
        found: dict[str, list[Prior]] = {}
        for batch in batches(account_ids):
            rows = await self._connection.execute(
                select(proposals)
                .where(
                    proposals.c.owner_id == owner_id,
                    proposals.c.account_id.in_(batch),
                    proposals.c.state.in_(SETTLED),
                    moment >= since,
                )
                .order_by(moment.desc(), proposals.c.seq.desc())
            )
            for row in rows.mappings():
                found.setdefault(row["account_id"], []).append(_prior(row))
        return found

    async def _all(self, statement: Select[Any]) -> list[Proposal]:
        rows = await self._connection.execute(statement.order_by(proposals.c.seq))
        return [_proposal(row) for row in rows.mappings()]


def _row(proposal: Proposal) -> dict[str, Any]:
    return {name: getattr(proposal, name) for name in _PLAIN} | {
        "key": proposal.recommendation.key,
        "recommendation": encode_recommendation(proposal.recommendation),
        "write": encode_write(proposal.write),
    }


def _proposal(row: RowMapping) -> Proposal:
    return Proposal(
        **{name: row[name] for name in _PLAIN if name != "state"},
        state=State(row["state"]),
        recommendation=decode_recommendation(row["recommendation"]),
        write=decode_write(row["write"]),
    )


def _prior(row: RowMapping) -> Prior:
    proposal = _proposal(row)
    return Prior(
        key=proposal.recommendation.key,
        title=proposal.recommendation.title,
        action=proposal.recommendation.action,
        signals=proposal.recommendation.signals,
        state=proposal.state,
        decided_by=proposal.decided_by,
        decided_at=proposal.decided_at,
        reason=proposal.reason,
        created_at=proposal.created_at,
    )


# Fields of a proposal that are columns of the same name, as they are.
_PLAIN = tuple(field.name for field in fields(Proposal) if field.name not in ("recommendation", "write"))

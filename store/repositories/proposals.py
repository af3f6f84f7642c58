"""Queries for proposals, for people and jobs; `proposal_moves` moves them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from store.domain.gate.own_tasks import own_task_of
from store.domain.gate.proposals import IN_FLIGHT, LOG, OPEN, UNDECIDED, Prior, Proposal, State
from store.domain.signals.own_tasks import OwnTask
from store.repositories.base import batches
from store.repositories.proposal_moves import ProposalMoves
from store.repositories.proposal_rows import (
    SETTLED,
    earlier,
    has_newer,
    later,
    prior_of,
    proposal_of,
    proposals,
)


class Proposals(ProposalMoves):
    async def of_brief(self, brief_id: str) -> list[Proposal]:
        """Return every version in this brief, in the order of creation."""
        return await self._all(select(proposals).where(proposals.c.brief_id == brief_id))

    async def by_ids(self, ids: Collection[str]) -> list[Proposal]:
        """Return exactly these versions, in the order of creation, leaving out unknown ids."""
        return [
            each
            for batch in batches(ids)
            for each in await self._all(select(proposals).where(proposals.c.id.in_(batch)))
        ]

    async def briefs_taken_over(self, brief_id: str) -> list[str]:
        """Return the ids of earlier briefs with older versions that this brief's proposals supersede."""
        made, older = later, earlier
        before = (older.c.owner_id == made.c.owner_id, older.c.key == made.c.key, older.c.seq < made.c.seq)
        last = select(func.max(older.c.seq)).where(*before).correlate(made).scalar_subquery()
        found = await self._connection.execute(
            select(proposals.c.brief_id)
            .select_from(made)
            .join(proposals, proposals.c.seq == last)
            .where(
                made.c.brief_id == brief_id,
                proposals.c.state == State.SUPERSEDED,
                proposals.c.brief_id.is_not(None),
                proposals.c.brief_id != brief_id,
            )
            .distinct()
        )
        return list(found.scalars())

    async def by_lineage(self, lineage: str) -> list[Proposal]:
        """Return all versions of one proposal, oldest first."""
        return await self._all(select(proposals).where(proposals.c.lineage == lineage))

    async def pending(self, owner_ids: Collection[str] | None = None) -> list[Proposal]:
        """Return proposals that these owners (None: all) can still decide by the database's clock, the oldest first. What an
        owner said isn't theirs waits for someone else."""
        if owner_ids is None:
            return await self._all(self._undecided())
        passed_on = proposals.c.passed_by.is_not_distinct_from(proposals.c.owner_id)
        return await self._all(self._undecided().where(proposals.c.owner_id.in_(owner_ids), ~passed_on))

    async def passed_on_to(self, person_id: str) -> list[Proposal]:
        """Return what this person is offered because others said it isn't theirs, the oldest first."""
        return await self._all(
            self._undecided().where(proposals.c.offered_to == person_id, proposals.c.passed_by.is_not(None))
        )

    async def passed_on_by(self, person_id: str, key: str) -> list[Proposal]:
        """Return the decisions pending with someone else because this person said that this advice isn't theirs."""
        return await self._all(self._undecided().where(proposals.c.key == key, proposals.c.passed_by == person_id))

    def _undecided(self) -> Select[Any]:
        return select(proposals).where(
            proposals.c.state == State.PENDING, proposals.c.expires_at > self._now, proposals.c.undoes.is_(None)
        )

    async def snoozed(self, owner_ids: Collection[str]) -> list[Proposal]:
        """Return these owners' snoozed proposals, the oldest first."""
        statement = select(proposals).where(proposals.c.state == State.SNOOZED, proposals.c.owner_id.in_(owner_ids))
        return await self._all(statement)

    async def until_change(self) -> list[Proposal]:
        """Return the snoozed proposals that wait for a change of their account, the oldest first."""
        return await self._all(
            select(proposals).where(proposals.c.state == State.SNOOZED, proposals.c.until_change.is_(True))
        )

    async def expiring(self, within: timedelta) -> list[Proposal]:
        """Return pending proposals that expire within this time from now, the first to expire first."""
        until = await self.now() + within
        soon = [each for each in await self.pending() if each.expires_at <= until]
        return sorted(soon, key=lambda each: each.expires_at)

    async def decided(self, owner_ids: Collection[str], *, since: datetime, limit: int = 10) -> list[Proposal]:
        """Return decisions on these owners' proposals at or after `since`, the latest first, without those taken back."""
        return await self._latest(_decided(since), proposals.c.owner_id.in_(owner_ids), limit=limit)

    async def decided_by(self, person_id: str, *, since: datetime, limit: int = 10) -> list[Proposal]:
        """Return this person's decisions for others at or after `since`, the latest first, without those taken back."""
        for_others = and_(proposals.c.decided_by == person_id, proposals.c.owner_id != person_id)
        return await self._latest(_decided(since), for_others, proposals.c.undoes.is_(None), limit=limit)

    async def decided_for(self, owner_id: str, *, since: datetime) -> list[Proposal]:
        """Return others' decisions for this owner at or after `since`, the oldest first, without those taken back."""
        by_others = and_(proposals.c.decided_by != owner_id, proposals.c.owner_id == owner_id)
        return await self._all(select(proposals).where(_decided(since), by_others, proposals.c.undoes.is_(None)))

    async def waiting(self, owner_id: str, account_ids: Collection[str] = ()) -> list[Proposal]:
        """Return the decisions pending with this owner, snoozed or not, and with anyone on these accounts, the oldest first."""
        waits = (proposals.c.state.in_(OPEN), proposals.c.undoes.is_(None))
        found = {
            each.id: each for each in await self._all(select(proposals).where(proposals.c.owner_id == owner_id, *waits))
        }
        for batch in batches(account_ids):
            on = await self._all(select(proposals).where(proposals.c.account_id.in_(batch), *waits))
            found.update((each.id, each) for each in on)
        return list(found.values())

    async def retracted(self, owner_id: str, *, since: datetime) -> list[Proposal]:
        """Return the owner's proposals that were retracted at or after this moment, the oldest first."""
        over = (proposals.c.state == State.RETRACTED, proposals.c.decided_at >= since)
        return await self._all(select(proposals).where(proposals.c.owner_id == owner_id, *over))

    async def decided_lately(self, owner_id: str, account_id: str, *, limit: int = 3) -> list[Proposal]:
        """Return the owner's latest proposals on this account that were rejected, undone or written and have not expired
        since, in their newest versions; the newest first."""
        return await self._all(
            select(proposals)
            .where(
                proposals.c.owner_id == owner_id,
                proposals.c.account_id == account_id,
                proposals.c.state.in_((State.REJECTED, State.UNDONE, State.DONE)),
                proposals.c.undoes.is_(None),
                proposals.c.expires_at > await self.now(),
                ~has_newer(),
            )
            .order_by(proposals.c.decided_at.desc(), proposals.c.seq.desc())
            .limit(limit)
        )

    async def in_force(self, proposal_ids: Collection[str]) -> dict[str, Proposal]:
        """Return the newest version of each of these proposals, by the requested id, and also, by their own ids, proposals
        that undo one of them; unknown ids are left out."""
        asked = earlier
        found: dict[str, Proposal] = {}
        for batch in batches(proposal_ids):
            rows = await self._connection.execute(
                select(proposals, asked.c.id.label("asked"))
                .join(asked, asked.c.lineage == proposals.c.lineage)
                .where(asked.c.id.in_(batch))
                .order_by(proposals.c.version)
            )
            found.update((row["asked"], proposal_of(row)) for row in rows.mappings())
        undoing = [proposal.undo_id for proposal in found.values() if proposal.undo_id]
        if undoing:
            undos = await self._all(select(proposals).where(proposals.c.id.in_(undoing)))
            found.update((undo.id, undo) for undo in undos)
        return found

    async def logging(self, rejected: Collection[Proposal]) -> dict[str, Proposal]:
        """Return the proposals that log these rejected ones as done already, and those that undo that, by their own ids."""
        keys = [f"{LOG}{each.lineage}" for each in rejected if each.state is State.REJECTED]
        found = {
            each.id: each
            for batch in batches(keys)
            for each in await self._all(select(proposals).where(proposals.c.key.in_(batch)))
        }
        undos = await self.by_ids([each.undo_id for each in found.values() if each.undo_id])
        return found | {each.id: each for each in undos}

    async def open_writes(self) -> list[Proposal]:
        """Return approved writes that are unfinished and not parked."""
        return await self._all(
            select(proposals).where(proposals.c.state.in_(IN_FLIGHT), proposals.c.parked_at.is_(None))
        )

    async def writes(self, states: Collection[State], *, limit: int = 200) -> list[Proposal]:
        """Return approved writes in these states, the latest decision first, for an operator."""
        return await self._latest(proposals.c.state.in_(states), proposals.c.decided_at.is_not(None), limit=limit)

    async def _latest(self, *conditions: ColumnElement[bool], limit: int) -> list[Proposal]:
        """Return the proposals that were decided last."""
        rows = await self._connection.execute(
            select(proposals)
            .where(*conditions)
            .order_by(proposals.c.decided_at.desc(), proposals.c.seq.desc())
            .limit(limit)
        )
        return [proposal_of(row) for row in rows.mappings()]

    async def starting_with(self, prefix: str, *, limit: int = 2) -> list[Proposal]:
        """Return proposals whose id has this prefix, for a person who types its first few characters."""
        return await self._all(select(proposals).where(proposals.c.id.startswith(prefix, autoescape=True)).limit(limit))

    async def undecided_keys(self, owner_id: str, *, since: datetime) -> frozenset[str]:
        """Return the keys of what the owner was asked since then and has not decided, expired or not."""
        rows = await self._connection.execute(
            select(proposals.c.key).where(
                proposals.c.owner_id == owner_id,
                proposals.c.state.in_((State.PENDING, State.EXPIRED)),
                proposals.c.created_at >= since,
            )
        )
        return frozenset(rows.scalars())

    async def open_by_key(
        self, owner_id: str, keys: Collection[str], *, or_decided_after: datetime | None = None
    ) -> dict[str, Proposal]:
        """Return the latest live proposal for each piece of advice: waiting for a decision, or being written; or decided
        after this moment."""
        live: ColumnElement[bool] = proposals.c.state.in_((*OPEN, *IN_FLIGHT))
        if or_decided_after is not None:
            decided = and_(proposals.c.decided_at > or_decided_after, proposals.c.state.in_(SETTLED))
            live = or_(live, decided)
        found: dict[str, Proposal] = {}
        for batch in batches(keys):
            these = (proposals.c.owner_id == owner_id, proposals.c.key.in_(batch))
            latest = await self._all(select(proposals).where(*these, live).order_by(proposals.c.seq))
            found.update((proposal.recommendation.key, proposal) for proposal in latest)
        return found

    async def expired_by_key(self, owner_id: str, keys: Collection[str], *, since: datetime) -> dict[str, Proposal]:
        """Return the latest of the owner's proposals for each piece of advice, if it expired undecided since then."""
        found: dict[str, Proposal] = {}
        for batch in batches(keys):
            these = (proposals.c.owner_id == owner_id, proposals.c.key.in_(batch), proposals.c.expires_at >= since)
            latest = await self._all(select(proposals).where(*these).order_by(proposals.c.seq))
            found.update((proposal.recommendation.key, proposal) for proposal in latest)
        return {key: each for key, each in found.items() if each.state is State.EXPIRED}

    async def snoozed_among(self, owner_id: str, keys: Collection[str]) -> frozenset[str]:
        """Return those keys whose advice the owner has put off."""
        found: set[str] = set()
        for batch in batches(keys):
            rows = await self._connection.execute(
                select(proposals.c.key).where(
                    proposals.c.owner_id == owner_id, proposals.c.key.in_(batch), proposals.c.state == State.SNOOZED
                )
            )
            found.update(rows.scalars())
        return frozenset(found)

    async def own_tasks(self, task_ids: Collection[str]) -> dict[str, OwnTask]:
        """Return those of these tasks that approved proposals made, no matter who decided them, by id."""
        found: dict[str, OwnTask] = {}
        for batch in batches(task_ids):
            made = await self._all(
                select(proposals).where(proposals.c.crm_id.in_(batch), proposals.c.state == State.DONE)
            )
            found.update((own.id, own) for proposal in made if (own := own_task_of(proposal)))
        return found

    async def undecided_elsewhere(
        self, owner_id: str, account_ids: Collection[str], *, since: datetime
    ) -> dict[str, dict[str, str]]:
        """Return the names of writes that others than this owner were asked about since then and left undecided, by account
        and key of the advice, the newest of each."""
        found: dict[str, dict[str, str]] = {}
        for batch in batches(account_ids):
            rows = await self._connection.execute(
                select(proposals)
                .where(
                    proposals.c.owner_id != owner_id,
                    proposals.c.account_id.in_(batch),
                    proposals.c.undoes.is_(None),
                    proposals.c.created_at >= since,
                    ~has_newer(),
                )
                .order_by(proposals.c.seq)
            )
            for each in map(proposal_of, rows.mappings()):
                of_account = found.setdefault(each.account_id, {})
                of_account.pop(each.recommendation.key, None)
                if each.decided_by is None and each.state in UNDECIDED:
                    of_account[each.recommendation.key] = each.name
        return found

    async def priors(self, owner_id: str, account_ids: Collection[str], *, since: datetime) -> dict[str, list[Prior]]:
        """Return recommendations to the owner that were decided or expired since then, by account, the newest first.

        Decisions taken back and accounts without any are left out.
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
                    proposals.c.undoes.is_(None),
                    ~has_newer(),
                    moment >= since,
                )
                .order_by(moment.desc(), proposals.c.seq.desc())
            )
            for row in rows.mappings():
                found.setdefault(row["account_id"], []).append(prior_of(row))
        return found


def _decided(since: datetime) -> ColumnElement[bool]:
    """Decided at or after this moment, and neither taken back nor replaced."""
    return and_(
        proposals.c.decided_at >= since, proposals.c.state.not_in((State.SUPERSEDED, State.RETRACTED)), ~has_newer()
    )

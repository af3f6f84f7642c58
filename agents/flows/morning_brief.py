"""One owner's morning: write the brief down with its proposals, and send it, once a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from secrets import token_hex

import structlog

from agents.flows.compose_brief import BriefPolicy, ComposeBrief, local_day
from agents.flows.reviewing import propose
from agents.ports import Clock, Delivery
from store.database import Database
from store.domain.accounts import Person
from store.domain.errors import NotFound

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A brief that stands in the store and waits to be posted, and the earlier briefs whose proposals it took over."""

    brief_id: str
    touched: frozenset[str] = frozenset()


class MorningBrief:
    def __init__(
        self, database: Database, compose: ComposeBrief, delivery: Delivery, clock: Clock, policy: BriefPolicy
    ) -> None:
        self._database = database
        self._compose = compose
        self._delivery = delivery
        self._clock = clock
        self._policy = policy

    async def __call__(self, owner_id: str, *, local_date: date | None = None) -> str | None:
        """Prepare and send the brief of `local_date` (default: today where the owner is). Returns its id, or None where it
        was sent before or is being prepared by somebody else: a second tick sends nothing.

        Raises: NotFound for an unknown owner.
        """
        now = self._clock.now()
        async with self._database.reading() as tx:
            owner = await tx.people.get(owner_id)
        if owner is None:
            raise NotFound(f"There is no CRM user with the id {owner_id}.")
        day = local_date or local_day(owner, now)
        prepared = await self._prepare(owner, day, now)
        if prepared is None:
            return None
        await self._delivery.brief(prepared.brief_id)
        async with self._database.transaction() as tx:
            await tx.briefs.posted(prepared.brief_id, self._clock.now())
        for earlier in prepared.touched:
            await self._delivery.refresh(earlier)
        log.info("brief.sent", brief_id=prepared.brief_id, owner_id=owner.id, day=day.isoformat())
        return prepared.brief_id

    async def _prepare(self, owner: Person, day: date, now: datetime) -> _Prepared | None:
        async with self._database.transaction() as tx:
            standing = await tx.briefs.on(owner.id, day)
            if standing is not None and standing[1] == "posted":
                return None
            if standing is not None and await tx.briefs.get(standing[0]) is not None:
                return _Prepared(standing[0])  # interrupted after it was written: delivery goes on where it stopped
            brief_id = token_hex(8)
            stale = self._policy.stale_claim
            if not await tx.briefs.claim(owner.id, day, brief_id=brief_id, now=now, stale_after=stale):
                return None
        async with self._database.reading() as tx:
            brief = await self._compose.compose(tx, owner, brief_id=brief_id, day=day, now=now)
        async with self._database.transaction() as tx:
            proposed = await propose(tx, brief, now=now, lifetime=self._policy.lifetime, request_id=brief_id)
            await tx.briefs.save(proposed.brief)
        return _Prepared(brief_id, proposed.touched)

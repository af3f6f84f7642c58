"""One owner's morning: write the brief down with its proposals, post it, and settle what stood before; once a day.

Each of the three steps may be done again after a failure, by another process too: it finds in the rows what was done.
"""

from __future__ import annotations

from datetime import date
from secrets import token_hex

import structlog

from agents.flows.accounts.compose_brief import BriefPolicy, ComposeBrief
from agents.flows.accounts.recall_memory import RecallMemory
from agents.flows.gate.propose import propose
from agents.ports import Clock, Delivery, Enrich
from store.database import Database
from store.domain.brief.brief import Brief
from store.domain.crm.accounts import Person
from store.domain.crm.people import local_day
from store.domain.errors import NotFound, Refused

log = structlog.get_logger()


class MorningBrief:
    def __init__(
        self,
        database: Database,
        compose: ComposeBrief,
        recall: RecallMemory,
        delivery: Delivery,
        clock: Clock,
        policy: BriefPolicy,
        enrich: Enrich | None = None,
    ) -> None:
        self._database = database
        self._compose = compose
        self._recall = recall
        self._delivery = delivery
        self._clock = clock
        self._policy = policy
        self._enrich = enrich

    async def __call__(self, owner_id: str) -> str | None:
        """Prepare and send the brief of today where the owner is. Returns its id, or None where it was sent before.

        Raises: NotFound for an unknown owner.
        """
        day = local_day(await self._owner(owner_id), self._clock.now())
        brief_id = await self.prepare(owner_id, day)
        if brief_id is not None:
            await self.post(brief_id)
            await self.settle(brief_id)
        return brief_id

    async def prepare(self, owner_id: str, day: date) -> str | None:
        """Write the brief of that day down with its proposals, once; returns its id, None where it stands in Slack already.

        Raises: NotFound for an unknown owner.
        """
        owner, now = await self._owner(owner_id), self._clock.now()
        async with self._database.transaction() as tx:
            brief_id, posted = await tx.briefs.begin(owner.id, day, brief_id=token_hex(8), now=now)
            written = await tx.briefs.get(brief_id) is not None
        if posted or written:
            return None if posted else brief_id
        async with self._database.reading() as tx:
            brief = await self._compose.compose(tx, owner, brief_id=brief_id, day=day, now=now)
        brief = await self._recall(brief)
        if self._enrich is not None:
            brief = await self._enrich(brief)
        try:
            await self._keep(brief)
        except Refused:
            log.info("brief.written_by_another", brief_id=brief_id)
        return brief_id

    async def post(self, brief_id: str) -> None:
        """Put it before its owner. Raises: NotFound where they have no Slack user."""
        await self._delivery.brief(brief_id)

    async def settle(self, brief_id: str) -> None:
        """Note that it stands in Slack, and show in the earlier briefs which proposals it took over."""
        async with self._database.transaction() as tx:
            await tx.briefs.posted(brief_id, self._clock.now())
            touched = await tx.proposals.briefs_taken_over(brief_id)
        for earlier in touched:
            await self._delivery.refresh(earlier)
        log.info("brief.sent", brief_id=brief_id)

    async def _keep(self, brief: Brief) -> None:
        """Raises: Refused where another run kept it first; then nothing of this one is kept."""
        async with self._database.transaction() as tx:
            proposed = await propose(
                tx,
                brief,
                now=brief.generated_at,
                lifetime=self._policy.lifetime,
                stakes=self._policy.stakes,
                request_id=brief.id,
            )
            await tx.briefs.save(proposed.brief)

    async def _owner(self, owner_id: str) -> Person:
        async with self._database.reading() as tx:
            owner = await tx.people.get(owner_id)
        if owner is None:
            raise NotFound(f"There is no CRM user with the id {owner_id}.")
        return owner

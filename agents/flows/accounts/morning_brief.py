"""One owner's morning, once a day: write the brief with its proposals, post it, and update the earlier briefs.

After a failure, each step may run again, also in another process: the rows say which steps are done.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from secrets import token_hex

import structlog

from agents.flows.accounts.compose_brief import BriefPolicy, ComposeBrief
from agents.flows.accounts.recall_memory import RecallMemory
from agents.flows.accounts.tell_owner import decided_for
from agents.flows.gate.propose import propose
from agents.flows.gate.retract_proposals import fell_away, left_waiting, retract
from agents.ports import Clock, Delivery, Enrich
from store.database import Database, Tx
from store.domain.attention.ledger import Ledger
from store.domain.brief.brief import Brief
from store.domain.brief.points import with_points
from store.domain.crm.accounts import Person
from store.domain.crm.people import local_day
from store.domain.errors import NotFound, Refused
from store.domain.gate.retract_proposal import Over

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
        """Prepare and send today's brief (today where the owner is). Return its id, or None if it was sent before.

        Raises: NotFound for an unknown owner.
        """
        async with self._database.reading() as tx:
            day = local_day(await _owner(tx, owner_id), self._clock.now())
        brief_id = await self.prepare(owner_id, day)
        if brief_id is not None:
            await self.post(brief_id)
            await self.settle(brief_id)
        return brief_id

    async def prepare(self, owner_id: str, day: date) -> str | None:
        """Write that day's brief and its proposals, once; return its id, or None if it is already in Slack.

        Raises: NotFound for an unknown owner.
        """
        now = self._clock.now()
        async with self._database.transaction() as tx:
            owner = await _owner(tx, owner_id)
            brief_id, posted = await tx.briefs.begin(owner.id, day, brief_id=token_hex(8), now=now)
            written = await tx.briefs.get(brief_id) is not None
        if posted or written:
            return None if posted else brief_id
        async with self._database.reading() as tx:
            morning = await self._compose.compose(tx, owner, brief_id=brief_id, day=day, now=now)
        brief = await self._recall(morning.brief)
        if self._enrich is not None:
            brief = await self._enrich(brief)
        brief, ledger = with_points(brief, morning.ledger)
        try:
            await self._keep(brief, ledger, morning.over)
        except Refused:
            log.info("brief.written_by_another", brief_id=brief_id)
        return brief_id

    async def post(self, brief_id: str) -> None:
        """Send the brief to its owner. Raises: NotFound if they have no Slack user."""
        await self._delivery.brief(brief_id)

    async def settle(self, brief_id: str) -> None:
        """Show in the earlier briefs which proposals this one took over."""
        async with self._database.reading() as tx:
            touched = await tx.proposals.briefs_taken_over(brief_id)
        for earlier in touched:
            await self._delivery.refresh(earlier)
        log.info("brief.sent", brief_id=brief_id)

    async def _keep(self, brief: Brief, ledger: Ledger, over: Sequence[Over]) -> None:
        """Raises: Refused if another run stored the brief first; then nothing of this one is stored."""
        async with self._database.transaction() as tx:
            told = await tx.outcomes.tell([each.proposal_id for each in brief.came_of_it], brief_id=brief.id)
            came = tuple(each for each in brief.came_of_it if each.proposal_id in told)
            await retract(tx, over, now=brief.generated_at, request_id=brief.id)
            proposed = await propose(
                tx,
                replace(brief, came_of_it=came),
                now=brief.generated_at,
                lifetime=self._policy.lifetime,
                stakes=self._policy.stakes,
                request_id=brief.id,
            )
            shown = [each for card in proposed.brief.cards for each in card.proposal_ids]
            shown += brief.handover.introductions if brief.handover else ()
            kept = replace(
                proposed.brief,
                waiting=await left_waiting(tx, brief.owner_id, shown),
                fell_away=await fell_away(tx, brief.owner_id, now=brief.generated_at),
                for_you=await decided_for(tx, brief.owner_id, now=brief.generated_at),
            )
            await tx.briefs.save(kept)
            before = await tx.attention.before(brief.owner_id, brief.local_date)
            await tx.attention.keep(ledger.heeding(before))


async def _owner(tx: Tx, owner_id: str) -> Person:
    owner = await tx.people.get(owner_id)
    if owner is None:
        raise NotFound(f"There is no CRM user with the id {owner_id}.")
    return owner

"""Record the effect each executed write should have, and check in the synced data whether it came true.

Each account is read once for all its writes; if a run dies, the next call goes on. A measured outcome never changes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import groupby

import structlog

from agents.ports import Clock
from store.database import Database, Tx
from store.domain.crm.accounts import Pipeline
from store.domain.gate.own_tasks import is_about_own, overdue_tasks_in
from store.domain.gate.proposals import State
from store.domain.memory.from_proposals import deal_of
from store.domain.memory.outcomes import Expectation, Outcome, expectation_of, measure

log = structlog.get_logger()

# A write without an expectation is looked for this far back, which outlasts any time in which no process runs. Further back,
# all that could be expected was, and looking through it would take longer every week.
LATEST = timedelta(days=60)


class MeasureOutcomes:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._looked: datetime | None = None  # everything was measured already against the CRM data of this time

    async def __call__(self) -> list[Outcome]:
        """Return the outcomes that can be measured now. Safe to call at any time. Raises: StoreUnavailable."""
        await self._expect()
        async with self._database.reading() as tx:
            as_of = await tx.sync.last_success()
        if as_of is None or as_of == self._looked:
            return []
        found: list[Outcome] = []
        after = ("", "")
        while batch := await self._open(after):
            for account_id, expected in groupby(batch, key=lambda each: each.account_id):
                found += await self._measure(account_id, list(expected), min(as_of, self._clock.now()))
                await asyncio.sleep(0)
            after = (batch[-1].account_id, batch[-1].proposal_id)
        self._looked = as_of
        if found:
            log.info("outcomes.measured", outcomes=len(found))
        return found

    async def _expect(self) -> None:
        async with self._database.reading() as tx:
            written = await tx.outcomes.unexpected(since=self._clock.now() - LATEST)
            own = await tx.proposals.own_tasks([each for proposal in written for each in overdue_tasks_in(proposal)])
        expected = [
            each for proposal in written if (each := expectation_of(proposal, deal_id=deal_of(proposal), own=own))
        ]
        if expected:
            async with self._database.transaction() as tx:
                await tx.outcomes.expect(expected)

    async def _open(self, after: tuple[str, str]) -> list[Expectation]:
        async with self._database.reading() as tx:
            return await tx.outcomes.open(after=after)

    async def _measure(self, account_id: str, expected: Sequence[Expectation], as_of: datetime) -> list[Outcome]:
        """Measure as of the last sync, because later changes in the CRM haven't been read yet."""
        async with self._database.reading() as tx:
            found, gone = await self._look(tx, account_id, expected, as_of)
        if found or gone:
            async with self._database.transaction() as tx:
                await tx.outcomes.drop(gone)
                for outcome in found:
                    await tx.outcomes.measured(outcome)
        return found

    async def _look(
        self, tx: Tx, account_id: str, expected: Sequence[Expectation], as_of: datetime
    ) -> tuple[list[Outcome], list[str]]:
        """The outcomes there are, and the proposals of which nothing is left to measure, because they were undone or their
        account is gone."""
        ids = [each.proposal_id for each in expected]
        facts = await tx.snapshots.account_facts(account_id)
        if facts is None:
            return [], ids
        known = [each for each in await tx.proposals.by_ids(ids) if each.state is not State.UNDONE]
        own = await tx.proposals.own_tasks([each for proposal in known for each in overdue_tasks_in(proposal)])
        # Of a task about a task an earlier release expected something; dropped here, nothing is expected of it.
        proposals = {each.id: each for each in known if not is_about_own(each, own)}
        changes = await tx.changes.since(
            [facts.id],
            at_or_seen_after=min(each.since for each in expected),
            deal_ids=[deal.id for deal in facts.deals],
        )
        moved, pipeline = changes.get(facts.id, []), await tx.sync.pipeline() or Pipeline(())
        measured = [
            measure(each, proposals[each.proposal_id], facts, moved, pipeline=pipeline, now=as_of)
            for each in expected
            if each.proposal_id in proposals
        ]
        return [each for each in measured if each is not None], [each for each in ids if each not in proposals]

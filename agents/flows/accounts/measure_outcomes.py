"""Record the effect each executed write should have, and check in the synced data whether it came true.

One transaction per write; if a run dies, the next call goes on. A measured outcome never changes.
"""

from __future__ import annotations

import asyncio
from datetime import datetime

import structlog

from agents.ports import Clock
from store.database import Database, Tx
from store.domain.crm.accounts import Pipeline
from store.domain.gate.proposals import State
from store.domain.memory.from_proposals import deal_of
from store.domain.memory.outcomes import Expectation, Outcome, expectation_of, measure

log = structlog.get_logger()


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
        after = ""
        while batch := await self._open(after):
            for expected in batch:
                outcome = await self._measure(expected, min(as_of, self._clock.now()))
                if outcome is not None:
                    found.append(outcome)
                await asyncio.sleep(0)
            after = batch[-1].proposal_id
        self._looked = as_of
        if found:
            log.info("outcomes.measured", outcomes=len(found))
        return found

    async def _expect(self) -> None:
        async with self._database.reading() as tx:
            written = await tx.outcomes.unexpected()
        expected = [each for proposal in written if (each := expectation_of(proposal, deal_id=deal_of(proposal)))]
        if expected:
            async with self._database.transaction() as tx:
                await tx.outcomes.expect(expected)

    async def _open(self, after: str) -> list[Expectation]:
        async with self._database.reading() as tx:
            return await tx.outcomes.open(after=after)

    async def _measure(self, expected: Expectation, as_of: datetime) -> Outcome | None:
        """Measure as of the last sync, because later changes in the CRM haven't been read yet."""
        async with self._database.reading() as tx:
            outcome, is_gone = await self._look(tx, expected, as_of)
        if outcome is None and not is_gone:
            return None
        async with self._database.transaction() as tx:
            if outcome is None:
                await tx.outcomes.drop([expected.proposal_id])
            else:
                await tx.outcomes.measured(outcome)
        return outcome

    async def _look(self, tx: Tx, expected: Expectation, as_of: datetime) -> tuple[Outcome | None, bool]:
        """The outcome, if there is one, and whether nothing is left to measure because the write was undone or its
        account is gone."""
        proposal = await tx.proposals.get(expected.proposal_id)
        facts = await tx.snapshots.account_facts(expected.account_id)
        if proposal is None or proposal.state is State.UNDONE or facts is None:
            return None, True
        deal_ids = [deal.id for deal in facts.deals]
        changes = await tx.changes.since([facts.id], at_or_seen_after=expected.since, deal_ids=deal_ids)
        pipeline = await tx.sync.pipeline() or Pipeline(())
        moved = changes.get(facts.id, [])
        return measure(expected, proposal, facts, moved, pipeline=pipeline, now=as_of), False

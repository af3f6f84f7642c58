"""Record the effect each executed write should have, and check in the synced data whether it came true.

Each account is read once for all its writes, and again only when something of it was read from the CRM since, a deadline passed
or a planned meeting took place; a new process reads every account once. If a run dies, the next call goes on. A measured
outcome never changes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

import structlog

from agents.ports import Clock
from store.database import Database, Tx
from store.domain.crm.accounts import AccountFacts, Person, Pipeline
from store.domain.crm.changes import Change
from store.domain.crm.people import working_morning_after
from store.domain.gate.own_tasks import is_about_own, overdue_tasks_in
from store.domain.gate.proposals import Proposal, State
from store.domain.memory.from_proposals import deal_of
from store.domain.memory.outcomes import Expectation, Outcome, OutcomeVerdict, expectation_of, measure, next_look

log = structlog.get_logger()

# A write without an expectation is looked for this far back, which outlasts any time in which no process runs. Further back,
# all that could be expected was, and looking through it would take longer every week.
LATEST = timedelta(days=60)
# Records are stored a little after they were read.
_OVERLAP = timedelta(hours=1)


class MeasureOutcomes:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._looked: datetime | None = None  # everything was measured already against the CRM data of this time
        self._looks_at: dict[
            str, datetime
        ] = {}  # when to read an account again of which nothing new was read until then

    async def __call__(self) -> list[Outcome]:
        """Return the outcomes that can be measured now. Safe to call at any time. Raises: StoreUnavailable."""
        await self._expect()
        async with self._database.reading() as tx:
            as_of = await tx.sync.last_success()
        if as_of is None or as_of == self._looked:
            return []
        found: list[Outcome] = []
        after, open_ids = ("", ""), set[str]()
        while batch := await self._open(after):
            open_ids.update(each.account_id for each in batch)
            due = await self._due(batch, as_of)
            for account_id, expected in groupby(due, key=lambda each: each.account_id):
                found += await self._measure(account_id, list(expected), min(as_of, self._clock.now()))
                await asyncio.sleep(0)
            after = (batch[-1].account_id, batch[-1].proposal_id)
        self._looked = as_of
        self._looks_at = {id: at for id, at in self._looks_at.items() if id in open_ids}
        if found:
            log.info("outcomes.measured", outcomes=len(found))
        return found

    async def _expect(self) -> None:
        async with self._database.reading() as tx:
            written = await tx.outcomes.unexpected(since=self._clock.now() - LATEST)
            own = await tx.proposals.own_tasks([each for proposal in written for each in overdue_tasks_in(proposal)])
            people = {each.id: each for each in await tx.people.all()} if written else {}
        expected = [
            each
            for proposal in written
            if (
                each := expectation_of(
                    proposal, deal_id=deal_of(proposal), own=own, counts_from=_next_day(proposal, people)
                )
            )
        ]
        if expected:
            async with self._database.transaction() as tx:
                await tx.outcomes.expect(expected)

    async def _open(self, after: tuple[str, str]) -> list[Expectation]:
        async with self._database.reading() as tx:
            return await tx.outcomes.open(after=after)

    async def _due(self, batch: Sequence[Expectation], as_of: datetime) -> Sequence[Expectation]:
        """Those of which the last call can't know the answer."""
        quiet = {each.account_id for each in batch if as_of < self._looks_at.get(each.account_id, as_of)}
        if quiet and self._looked:
            async with self._database.reading() as tx:
                quiet -= await tx.snapshots.touched(quiet, since=self._looked - _OVERLAP)
        return [each for each in batch if each.account_id not in quiet]

    async def _measure(self, account_id: str, expected: Sequence[Expectation], as_of: datetime) -> list[Outcome]:
        """Measure as of the last sync, because later changes in the CRM haven't been read yet."""
        async with self._database.reading() as tx:
            looked = await self._look(tx, account_id, expected, as_of)
        if looked.found or looked.gone or looked.untold:
            async with self._database.transaction() as tx:
                await tx.outcomes.drop(looked.gone)
                await tx.outcomes.expect_nothing(looked.untold)
                for outcome in looked.found:
                    await tx.outcomes.measured(outcome)
        return looked.found

    async def _look(self, tx: Tx, account_id: str, expected: Sequence[Expectation], as_of: datetime) -> _Looked:
        ids = [each.proposal_id for each in expected]
        facts = await tx.snapshots.account_facts(account_id)
        if facts is None:
            return _Looked(found=[], gone=ids, untold=[])
        self._looks_at[account_id] = next_look(expected, facts, now=as_of)
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
        credited = await tx.outcomes.cited_on(account_id, since=min(each.since for each in expected))
        looked = _Looked(found=[], gone=[each for each in ids if each not in proposals], untold=[])
        # What happened is the outcome of the last write before it, and of no other.
        for each in sorted(expected, key=lambda one: (one.since, one.proposal_id), reverse=True):
            proposal = proposals.get(each.proposal_id)
            if proposal is None:
                continue
            outcome = measure(each, proposal, facts, moved, pipeline=pipeline, now=as_of, credited=credited)
            if outcome is None:
                continue
            if (
                outcome.verdict is OutcomeVerdict.FLAT
                and credited
                and _is_credited(each, proposal, facts, moved, pipeline, as_of)
            ):
                looked.untold.append(each.proposal_id)
                continue
            looked.found.append(outcome)
            credited |= set(outcome.evidence)
        return looked


@dataclass(frozen=True, slots=True)
class _Looked:
    """The outcomes of one account's writes; the proposals of which nothing is left to measure, because they were undone or
    their account is gone; and those whose only outcome is credited to another write."""

    found: list[Outcome]
    gone: list[str]
    untold: list[str]


def _is_credited(
    expected: Expectation,
    proposal: Proposal,
    facts: AccountFacts,
    changes: Sequence[Change],
    pipeline: Pipeline,
    as_of: datetime,
) -> bool:
    """Whether there is an outcome after all, which belongs to another write: then flat would be untrue."""
    alone = measure(expected, proposal, facts, changes, pipeline=pipeline, now=as_of)
    return alone is not None and alone.verdict is not OutcomeVerdict.FLAT


def _next_day(proposal: Proposal, people: Mapping[str, Person]) -> datetime | None:
    """The morning of the owner's next working day after the write: what happens before is no outcome of it."""
    owner = people.get(proposal.owner_id)
    return working_morning_after(owner, proposal.done_at, days=1) if owner and proposal.done_at else None

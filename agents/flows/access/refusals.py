"""Repeated refusals in the audit trail: the first has an entry of its own (`trail.note_refused`), the others of its hour one
together, with their count and the first twenty things that were asked about."""

from __future__ import annotations

from datetime import timedelta

from agents.flows.access.identity import Caller
from agents.flows.access.trail import note
from agents.ports import Clock
from store.database import Database

TOGETHER = timedelta(hours=1)


class SettleRefusals:
    """Write the counts of repeated refusals to the trail once their hour is over."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def __call__(self) -> None:
        before = self._clock.now() - TOGETHER
        async with self._database.transaction() as tx:
            for each in await tx.fair_use.settled(before=before):
                if each.count == 1:
                    continue
                team_id, _, user_id = each.person.partition("/")
                await note(
                    tx,
                    Caller(team_id=team_id, user_id=user_id, request_id="refusals"),
                    "request.refused_again",
                    each.asked,
                    why=each.why,
                    count=each.count,
                    since=each.since,
                    subjects=each.subjects,
                )
            await tx.fair_use.purge(before)

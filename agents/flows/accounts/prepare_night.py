"""Ask the morning's questions at night, in batches at half the price, so that the morning finds the answers in the
ledger.

Only those answers are kept. The brief is composed as of the moment when it will be due, so its questions are the same;
if the CRM changes in the meantime, the morning asks its new questions as usual.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime

import structlog

from agents.author.depth import Depth
from agents.author.one_account import AccountRun, EnrichedCard, OneAccount
from agents.flows.accounts.compose_brief import ComposeBrief
from agents.flows.accounts.recall_memory import RecallMemory
from agents.ports import Enrich, TellStep
from store.database import Database
from store.domain.brief.brief import Brief
from store.domain.crm.people import local_day
from store.domain.errors import NotFound

log = structlog.get_logger()

_COMPOSED_AT_ONCE = 2  # all wait for their answers together


@dataclass(frozen=True, slots=True)
class FixedClock:
    """A clock that always shows this moment."""

    moment: datetime

    def now(self) -> datetime:
        return self.moment


class WithoutTools(OneAccount):
    """Writes everything the morning writes without tools. An account with the full run looks up its facts in the
    morning, so its questions aren't known yet."""

    async def run(self, account: AccountRun, depth: Depth, *, progress: TellStep) -> EnrichedCard:
        if depth is Depth.FULL:
            return EnrichedCard(card=account.card)
        return await super().run(account, depth, progress=progress)


class PrepareNight:
    """`due` is when all its briefs will be due; compose, recall and enrich use it as their time."""

    def __init__(
        self, database: Database, compose: ComposeBrief, recall: RecallMemory, enrich: Enrich, *, due: datetime
    ) -> None:
        self._database = database
        self._compose = compose
        self._recall = recall
        self._enrich = enrich
        self._due = due
        self._turns = asyncio.Semaphore(_COMPOSED_AT_ONCE)

    async def __call__(self, owner_id: str) -> None:
        """Ask the questions of this owner's brief. Raises: NotFound."""
        async with self._turns:
            brief = await self._recall(await self._composed(owner_id))
        brief = await self._enrich(brief)
        log.info("night.prepared", owner_id=owner_id, day=str(brief.local_date), author=brief.author)

    async def _composed(self, owner_id: str) -> Brief:
        async with self._database.reading() as tx:
            owner = await tx.people.get(owner_id)
            if owner is None:
                raise NotFound(f"There is no CRM user with the id {owner_id}.")
            day = local_day(owner, self._due)
            name = f"night:{owner_id}:{day}"
            return (await self._compose.compose(tx, owner, brief_id=name, day=day, now=self._due)).brief

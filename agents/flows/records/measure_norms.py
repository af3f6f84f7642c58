"""Measure the company's pace and habits from the CRM as last read: once a day, for all owners together.

The stages of the deals won last come from their histories in the CRM: what we saw ourselves since our first look would show
only the quick ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from itertools import islice
from time import perf_counter

import structlog

from agents.ports import Clock, Crm
from store.database import Database
from store.domain.crm.accounts import Kind, Pipeline
from store.domain.errors import CrmError
from store.domain.signals.norms import Norms
from store.domain.signals.pace import Histories, StageMove, WonDeal, by_pipeline, imported_days, paces_of
from store.domain.signals.use import uses_of

log = structlog.get_logger()

# Less than a day, so that every morning's first read of the CRM is followed by a measurement.
EVERY = timedelta(hours=20)
A_DAY = 60  # histories read at most, a call each
SAMPLE, A_PIPELINE = 60, 20  # deals won last whose histories are read: in all, and at least of each pipeline
KEPT = 200  # histories


class MeasureNorms:
    def __init__(self, database: Database, crm: Crm, clock: Clock) -> None:
        self._database = database
        self._crm = crm
        self._clock = clock

    async def __call__(self) -> Norms:
        """Measure if the last time is long enough ago. Returns the norms in force. Raises: StoreUnavailable."""
        now, began = self._clock.now(), perf_counter()
        async with self._database.reading() as tx:
            last = await tx.norms.last()
            if last.measured_at is not None and last.measured_at <= now < last.measured_at + EVERY:
                return last
            pipeline = await tx.sync.pipeline() or Pipeline(())
            won, known = await tx.norms.won_deals(pipeline), await tx.norms.histories()
            names = await tx.norms.pipelines()
        wanted = max(SAMPLE, A_PIPELINE * len(by_pipeline(won, names)))
        histories = await self._histories(won[: min(wanted, KEPT)], known)
        async with self._database.reading() as tx:
            watched_since = last.watched_since or await tx.sync.first_success() or now
            imported = {kind: imported_days(days) for kind, days in (await tx.norms.created()).items()}
            habits = await tx.norms.habits(pipeline, now=now)
        stays, gaps = paces_of(won, histories, pipelines=names, imported=imported[Kind.DEAL], last=last)
        measured = Norms(
            measured_at=now,
            watched_since=watched_since,
            pipelines=names,
            stays=stays,
            gaps=gaps,
            uses=uses_of(habits, now=now, watched=now - watched_since),
            imported=imported,
        )
        async with self._database.transaction() as tx:
            await tx.norms.keep(measured, now)
            await tx.norms.keep_histories(histories, now)
        log.info("norms.measured", won_deals=len(won), seconds=round(perf_counter() - began, 3))
        return measured

    async def _histories(self, wanted: Sequence[WonDeal], known: Histories) -> Histories:
        """The histories known, and those of the deals wanted, as many as a day allows and the CRM answers. If there are too
        many, those no longer wanted go first."""
        found: dict[str, tuple[StageMove, ...] | None] = {}
        try:
            for each in islice((one for one in wanted if one.deal.id not in known), A_DAY):
                deal_id = each.deal.id
                found[deal_id] = each.moves if each.from_start else await self._crm.stage_moves(deal_id)
        except CrmError as exc:
            log.warning("norms.histories_unread", problem=str(exc))
        have = {**found, **known}
        first = {each.deal.id: have[each.deal.id] for each in wanted if each.deal.id in have}
        return dict(islice({**first, **have}.items(), KEPT))

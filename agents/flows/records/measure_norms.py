"""Measure the company's pace and habits from the CRM as last read: once a day, for all owners together.

The stages of the deals won last come from their histories in the CRM: what we saw ourselves since our first look would show
only the quick ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import islice
from time import perf_counter

import structlog

from agents.ports import Clock, Crm
from store.database import Database, Tx
from store.domain.crm.accounts import Kind, Pipeline
from store.domain.errors import CrmError
from store.domain.signals.norms import Norms
from store.domain.signals.pace import (
    Histories,
    StageMove,
    WonDeal,
    gaps_of,
    imported_days,
    stays_of,
    steadied,
    with_histories,
)
from store.domain.signals.use import uses_of

log = structlog.get_logger()

# Less than a day, so that every morning's first read of the CRM is followed by a measurement.
EVERY = timedelta(hours=20)
SAMPLE = 60  # deals won last whose histories are read; each costs a call, once
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
        histories = await self._histories(won, known)
        async with self._database.reading() as tx:
            measured = await _measured(tx, pipeline, won, histories, last=last, now=now)
        async with self._database.transaction() as tx:
            await tx.norms.keep(measured, now)
            await tx.norms.keep_histories(histories, now)
        log.info("norms.measured", won_deals=len(won), seconds=round(perf_counter() - began, 3))
        return measured

    async def _histories(self, won: Sequence[WonDeal], known: Histories) -> Histories:
        """The histories known, and those of the deals won last; without the rest if the CRM does not answer."""
        found: dict[str, tuple[StageMove, ...] | None] = {}
        try:
            for each in islice(won, SAMPLE):
                deal_id = each.deal.id
                if deal_id not in known:
                    found[deal_id] = each.moves if each.from_start else await self._crm.stage_moves(deal_id)
        except CrmError as exc:
            log.warning("norms.histories_unread", problem=str(exc))
        return dict(islice({**found, **known}.items(), KEPT))


async def _measured(
    tx: Tx, pipeline: Pipeline, won: Sequence[WonDeal], histories: Histories, *, last: Norms, now: datetime
) -> Norms:
    watched_since = last.watched_since or await tx.sync.first_success() or now
    imported = {kind: imported_days(days) for kind, days in (await tx.norms.created()).items()}
    sampled = with_histories(won, histories)
    return Norms(
        measured_at=now,
        watched_since=watched_since,
        stays=steadied(stays_of(sampled, imported[Kind.DEAL]), last.stays),
        gaps=steadied(gaps_of({each.deal.id: each for each in (*won, *sampled)}.values()), last.gaps),
        uses=uses_of(await tx.norms.habits(pipeline, now=now), now=now, watched=now - watched_since),
        imported=imported,
    )

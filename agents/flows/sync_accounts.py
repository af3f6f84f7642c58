"""Read what changed in the CRM since the last look, keep the new versions and note what moved.

Each page of records is compared and kept in one transaction, and the watermark of a kind moves only when all its pages
are in: a sync that dies is repeated from where the last good one ended, and finds nothing twice, because the id of a
change follows from what changed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import perf_counter
from uuid import uuid4

import structlog

from agents.ports import Clock, Crm
from store.database import Database
from store.domain.accounts import Contact, Entity, Kind
from store.domain.changes import Change, diff
from store.domain.errors import CrmError

log = structlog.get_logger()

# The CRM's clock and ours may differ, and a record saved while we read carries a time just before our start.
OVERLAP = timedelta(minutes=5)

Progress = Callable[[Kind, int], None]


@dataclass(slots=True)
class SyncReport:
    """What one sync did: rows read by kind, changes found, whether it was the first look (which finds no changes)."""

    rows: dict[Kind, int] = field(default_factory=dict)
    changes: int = 0
    baseline: bool = False
    seconds: float = 0.0


class SyncAccounts:
    def __init__(self, database: Database, crm: Crm, clock: Clock) -> None:
        self._database = database
        self._crm = crm
        self._clock = clock

    async def __call__(self, *, progress: Progress | None = None) -> SyncReport:
        """Bring the snapshots up to date. `progress` hears the rows read so far of each kind.

        Raises: CrmError when the CRM could not be read to the end; what was read stays and is not reported twice.
        """
        started, run_id, report = perf_counter(), uuid4().hex, SyncReport()
        async with self._database.transaction() as tx:
            await tx.sync.start_run(run_id, self._clock.now())
        try:
            await self._read_people()
            for kind in Kind:
                await self._read_kind(kind, report, progress)
        except CrmError as exc:
            await self._finish(run_id, report, error=str(exc))
            raise
        report.seconds = perf_counter() - started
        await self._finish(run_id, report, error=None)
        log.info(
            "sync.finished", rows=sum(report.rows.values()), changes=report.changes, seconds=round(report.seconds, 3)
        )
        return report

    async def _read_people(self) -> None:
        people, pipeline = await self._crm.people(), await self._crm.pipeline()
        choices, rules = await self._crm.account_choices(), await self._crm.field_rules()
        async with self._database.transaction() as tx:
            await tx.people.replace(people)
            await tx.sync.save_pipeline(pipeline)
            await tx.sync.save_account_choices(choices)
            await tx.sync.save_field_rules(rules)

    async def _read_kind(self, kind: Kind, report: SyncReport, progress: Progress | None) -> None:
        began = self._clock.now()
        async with self._database.reading() as tx:
            watermark = await tx.sync.watermark(kind)
        report.rows[kind] = 0
        report.baseline = report.baseline or watermark is None
        async for page in self._crm.changed(kind, since=watermark):
            report.changes += await self.keep(kind, page, seen_at=began, baseline=watermark is None)
            report.rows[kind] += len(page)
            if progress:
                progress(kind, report.rows[kind])
        if watermark is not None:
            report.changes += await self._drop_deleted(kind, since=watermark, seen_at=began)
        async with self._database.transaction() as tx:
            await tx.sync.set_watermark(kind, began - OVERLAP)

    async def keep(self, kind: Kind, page: Sequence[Entity], *, seen_at: datetime, baseline: bool = False) -> int:
        """Store these versions and the changes that lead to them; returns how many changes were new."""
        async with self._database.transaction() as tx:
            known = await tx.snapshots.versions(kind, [entity.id for entity in page])
            moved = [entity for entity in page if known.get(entity.id) != entity]
            changes: list[Change] = []
            if not baseline:
                for entity in moved:
                    changes.extend(diff(known.get(entity.id), entity, seen_at=seen_at))
            left = [old for entity in moved if (old := _left_account(known.get(entity.id), entity))]
            await tx.snapshots.keep_departed(left, at=seen_at)
            await tx.snapshots.upsert(moved, seen_at=seen_at, baseline=baseline)
            return len(await tx.changes.add(changes))

    async def _drop_deleted(self, kind: Kind, *, since: datetime, seen_at: datetime) -> int:
        gone = await self._crm.deleted(kind, since=since)
        if not gone:
            return 0
        async with self._database.transaction() as tx:
            removed = await tx.snapshots.remove(kind, [record.id for record in gone])
            contacts = [entity for entity in removed if isinstance(entity, Contact)]
            await tx.snapshots.keep_departed(contacts, at=seen_at)
            changes = [change for entity in removed for change in diff(entity, None, seen_at=seen_at)]
            return len(await tx.changes.add(changes))

    async def _finish(self, run_id: str, report: SyncReport, *, error: str | None) -> None:
        counts = {str(kind): rows for kind, rows in report.rows.items()} | {"changes": report.changes}
        async with self._database.transaction() as tx:
            await tx.sync.finish_run(run_id, self._clock.now(), counts=counts, error=error)


def _left_account(before: Entity | None, after: Entity) -> Contact | None:
    """The contact as it was, where it is no longer at the same account."""
    return before if isinstance(before, Contact) and before.account_id != after.account_id else None

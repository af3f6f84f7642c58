"""Read changes in the CRM since the last sync, store the new versions and record the differences.

Each stream of records is read separately. Each page is compared and kept in one transaction together with the position
after it, so after a crash the next sync goes on from there. A watermark moves only when all pages of its stream are in.
No change is found twice, because its id follows from its content.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import perf_counter
from uuid import uuid4

import structlog

from agents.flows.records.compare_records import CompareRecords
from agents.flows.records.keep_records import KeepRecords
from agents.flows.records.look_again import LookAgain
from agents.flows.records.measure_norms import MeasureNorms
from agents.flows.records.quarantine import quarantine_people
from agents.ports import Clock, Crm
from store.database import Database
from store.domain.crm.accounts import Entity, Kind, Stream
from store.domain.errors import CrmAuth, CrmError, CrmMissing, CrmRefused

log = structlog.get_logger()

# The CRM's clock and ours may differ, and a record saved while we read carries a time just before our start.
OVERLAP = timedelta(minutes=5)
# How long a read stays on record: long enough to look into a complaint about last month's briefs. No later read needs it.
RUNS_KEPT = timedelta(days=30)

TellRows = Callable[[Stream, int], None]


@dataclass(slots=True)
class SyncReport:
    """The result of one sync: rows read by stream, changes found, whether it was the first one (which finds no
    changes), and a sentence for each part of the CRM that could not be read."""

    rows: dict[Stream, int] = field(default_factory=dict)
    changes: int = 0
    baseline: bool = False
    seconds: float = 0.0
    problems: list[str] = field(default_factory=list)
    to_compare: set[Kind] = field(default_factory=set)


class SyncAccounts:
    def __init__(self, database: Database, crm: Crm, clock: Clock) -> None:
        self._database = database
        self._crm = crm
        self._clock = clock
        self._keep = KeepRecords(database, crm)
        self._look_again = LookAgain(database, crm, clock, self._keep)
        self._compare = CompareRecords(database, crm, clock, self._keep)
        self._measure = MeasureNorms(database, crm, clock)

    async def __call__(self, *, progress: TellRows | None = None) -> SyncReport:
        """Bring the snapshots up to date. `progress` receives the rows read so far of each stream.

        Once a day, it also measures the company's norms in the records read.
        Parts that this CRM lacks are left out and named in the report; if it refuses one stream, the others are still
        read.
        Raises: CrmError if the CRM could not be read to the end; the rows already read stay and are not reported twice.
        """
        started, began, run_id, report = perf_counter(), self._clock.now(), uuid4().hex, SyncReport()
        async with self._database.transaction() as tx:
            await tx.sync.start_run(run_id, began)
        try:
            await self._read_people()
            await self._read_streams(report, progress)
            report.changes += await self._look_again(before=began)
            if not report.baseline:
                report.changes += await self._compare(report.to_compare)
        except CrmError as exc:
            await self._finish(run_id, report, error=str(exc))
            raise
        report.seconds = perf_counter() - started
        await self._finish(run_id, report, error=None)
        await self._measure()
        log.info(
            "sync.finished", rows=sum(report.rows.values()), changes=report.changes, seconds=round(report.seconds, 3)
        )
        return report

    async def refresh(self, streams: Collection[Stream]) -> SyncReport:
        """Read the changes in these streams only: between two full syncs, after a notification of changes.
        Raises: CrmError, as a full sync does.
        """
        started, report = perf_counter(), SyncReport()
        await self._read_streams(report, None, only=streams)
        report.seconds = perf_counter() - started
        log.info("sync.refreshed", streams=sorted(streams), changes=report.changes, seconds=round(report.seconds, 3))
        return report

    async def keep(self, kind: Kind, page: Sequence[Entity], *, seen_at: datetime) -> int:
        """Store these versions and the changes that lead to them; return how many changes were new."""
        return await self._keep(kind, page, seen_at=seen_at)

    async def _read_people(self) -> None:
        people, pipeline = await self._crm.people(), await self._crm.pipeline()
        choices, rules = await self._crm.account_choices(), await self._crm.field_rules()
        currency = await self._crm.currency()
        async with self._database.transaction() as tx:
            await tx.people.replace(people)
            await quarantine_people(tx, people, seen_at=self._clock.now())
            await tx.sync.save_pipeline(pipeline)
            await tx.sync.save_account_choices(choices)
            if currency:
                await tx.sync.save_currency(currency)
            await tx.sync.save_field_rules(rules)

    async def _read_streams(
        self, report: SyncReport, progress: TellRows | None, *, only: Collection[Stream] = tuple(Stream)
    ) -> None:
        refused: CrmError | None = None
        for stream in (stream for stream in Stream if stream in only):
            try:
                await self._read(stream, report, progress)
            except CrmMissing as exc:
                report.problems.append(str(exc))
            except (CrmRefused, CrmAuth) as exc:  # perhaps of this stream alone: read the others
                log.warning("sync.stream_refused", stream=str(stream), problem=str(exc))
                refused = refused or exc
        if refused is not None:
            raise refused
        report.problems += self._crm.problems()

    async def _read(self, stream: Stream, report: SyncReport, progress: TellRows | None) -> None:
        async with self._database.transaction() as tx:
            reading = await tx.sync.begin(stream, self._clock.now())
        baseline, seen_at = reading.since is None, self._clock.now()
        report.rows[stream], report.baseline = 0, report.baseline or baseline
        async for page, after in self._crm.changed(stream, since=reading.since, after=reading.after):
            async with self._database.transaction() as tx:
                report.changes += await self._keep.within(tx, stream.kind, page, seen_at=seen_at, baseline=baseline)
                await tx.sync.note(stream, after)
            report.rows[stream] += len(page)
            if progress:
                progress(stream, report.rows[stream])
        if not baseline:
            gone = await self._crm.deleted(stream, since=reading.since)
            report.changes += await self._keep.remove(stream.kind, gone.ids, seen_at=seen_at)
            if not gone.complete:
                report.to_compare.add(stream.kind)
        async with self._database.transaction() as tx:
            await tx.sync.finish(stream, reading.began - OVERLAP)

    async def _finish(self, run_id: str, report: SyncReport, *, error: str | None) -> None:
        counts = {str(stream): rows for stream, rows in report.rows.items()} | {"changes": report.changes}
        async with self._database.transaction() as tx:
            await tx.sync.finish_run(run_id, self._clock.now(), counts=counts, error=error)
            if error is None:
                await tx.sync.save_problems(report.problems)
                await tx.sync.purge(self._clock.now() - RUNS_KEPT)

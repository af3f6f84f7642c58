"""Compare which records the CRM has with those we hold, after the changes were read: a record that was restored, or shared
with us again, returns with its old Modified_Time, and the CRM doesn't list every deleted one.

Usually a count a kind suffices. If it differs from the last one, the ids are compared in ranges, only where the counts differ.
Once a week all ids are compared, since as many may have come as gone.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Sequence
from datetime import datetime, timedelta

import structlog

from agents.flows.records.keep_records import KeepRecords
from agents.ports import Clock, Crm
from store.database import Database
from store.domain.crm.accounts import Kind
from store.domain.errors import CrmMissing, CrmRefused
from store.repositories.base import batches
from store.repositories.present import Compared

log = structlog.get_logger()

RANGE = 5_000  # ids compared at once
GROUP = 500  # records read at once
EVERYTHING = timedelta(days=7)
SETTLED = timedelta(hours=1)  # a record made later may be missing from the CRM's indexes
ONE_BY_ONE = 100  # of those, as many are asked for at once
# Where the CRM only lists a kind, 200 ids a call: compared at each read, or each week, up to so many records.
LISTED_EACH_TIME, LISTED_EACH_WEEK = 2_000, 50_000


class CompareRecords:
    def __init__(self, database: Database, crm: Crm, clock: Clock, keep: KeepRecords) -> None:
        self._database = database
        self._crm = crm
        self._clock = clock
        self._keep = keep

    async def __call__(self, surely: Collection[Kind] = ()) -> int:
        """Take in the records that returned and remove those that are gone; return how many changes were new. `surely` are the
        kinds to compare in any case. Raises: CrmUnavailable, CrmAuth; a CRM that refuses to be compared is left alone."""
        found = 0
        for kind in Kind:
            try:
                found += await self._compare(kind, surely=kind in surely)
            except CrmMissing:
                continue  # reported with the module itself
            except CrmRefused as exc:
                log.warning("sync.not_compared", kind=str(kind), problem=str(exc))
        return found

    async def _compare(self, kind: Kind, *, surely: bool) -> int:
        now = self._clock.now()
        async with self._database.reading() as tx:
            ours, before = await tx.present.count(kind), await tx.present.compared(kind)
        theirs = await self._crm.count(kind)
        everything = before is not None and now - before.at >= EVERYTHING
        if not self._is_due(before, ours, theirs, surely=surely, everything=everything):
            return 0
        found, agrees = 0, True
        async for after, upto in self._differing(kind, theirs, whole=everything or theirs is None):
            changes, settled = await self._settle(kind, after, upto, now)
            found, agrees = found + changes, agrees and settled
        async with self._database.transaction() as tx:
            more = None if theirs is None or not agrees else theirs - await tx.present.count(kind)
            at = before.at if before and not everything else now
            await tx.present.note_compared(kind, Compared(at=at, more=more))
        return found

    @staticmethod
    def _is_due(before: Compared | None, ours: int, theirs: int | None, *, surely: bool, everything: bool) -> bool:
        if theirs is None:
            return ours <= LISTED_EACH_TIME or ((surely or everything or not before) and ours <= LISTED_EACH_WEEK)
        return surely or everything or before is None or theirs - ours != before.more

    async def _differing(self, kind: Kind, theirs: int | None, *, whole: bool) -> AsyncIterator[tuple[str, str]]:
        """Yield the ranges of ids to compare: those whose counts differ, or the `whole`. A kind that the CRM only lists is one
        range; `theirs` is its count of all."""
        in_one, left = theirs is None, [("", "", theirs)]
        while left:
            after, upto, counted = left.pop()
            async with self._database.reading() as tx:
                ours = await tx.present.count(kind, after=after, upto=upto)
                middle = await tx.present.nth(kind, ours // 2, after=after, upto=upto) if ours > RANGE else ""
            if not whole and counted is None:
                counted = await self._crm.count(kind, after=after, upto=upto)
            if not whole and counted == ours:
                continue
            if in_one or not middle:
                yield after, upto
            else:
                left += [(middle, upto, None), (after, middle, None)]

    async def _settle(self, kind: Kind, after: str, upto: str, now: datetime) -> tuple[int, bool]:
        """Make one range agree; return how many changes were new, and whether it agrees now."""
        theirs = await self._crm.ids(kind, after=after, upto=upto)
        async with self._database.reading() as tx:
            ours = await tx.present.ids(kind, after=after, upto=upto)
        found, agrees = 0, True
        for group in batches(sorted(theirs - ours), size=GROUP):
            found += await self._keep(kind, await self._crm.records(kind, group), seen_at=now, late=True)
        for group in batches(sorted(ours - theirs), size=GROUP):
            gone = await self._gone(kind, group, now)
            found += await self._keep.remove(kind, sorted(gone), seen_at=now)
            agrees = agrees and len(gone) == len(group)
        if theirs != ours:
            log.info("sync.compared", kind=str(kind), came=len(theirs - ours), went=len(ours - theirs))
        return found, agrees

    async def _gone(self, kind: Kind, group: Sequence[str], now: datetime) -> set[str]:
        """Those of these records that the CRM surely no longer has. New ones are asked for one by one, as many as a read allows."""
        async with self._database.reading() as tx:
            made = {each.id: each.created_at for each in (await tx.snapshots.versions(kind, group)).values()}
        new = sorted(each for each, at in made.items() if now - at <= SETTLED)
        old = made.keys() - set(new)
        there = {each.id for each in await self._crm.records(kind, old)} if old else set()
        asked = {each for each in new[:ONE_BY_ONE] if await self._crm.record(kind, each) is None}
        return (old - there) | asked

"""How much each person asked for lately, and how often they were refused, counted for all processes together."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import RowMapping, delete, func, select, update

from store.domain.running.fair_use import Allowance, Bucket, Errand, Turn, ask, full
from store.repositories.base import Repository
from store.tables.core import InboxRow, table_of
from store.tables.fair_use import BucketRow, RefusalRow

buckets, refusals, inbox = table_of(BucketRow), table_of(RefusalRow), table_of(InboxRow)
_SUBJECTS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusals:
    """Refusals of one person (Slack team and user) for one reason since a moment; the first `subjects`."""

    person: str
    asked: str
    why: str
    since: datetime
    count: int
    subjects: tuple[str, ...]


class FairUse(Repository):
    async def turn(self, person: str, errand: Errand, allowance: Allowance, now: datetime, *, key: str) -> Turn:
        """Decide about this person's errand, which the inbox has under this key. Their other errands of this kind count as running
        until the inbox has them as done. Of several processes, one decides at a time."""
        mine = (buckets.c.person == person, buckets.c.errand == errand)
        new = {"person": person, "errand": errand, **asdict(full(allowance, now))}
        locked = self._insert(buckets).values(**new)
        locked = locked.on_conflict_do_update(index_elements=["person", "errand"], set_={"errand": errand})
        row = (await self._connection.execute(locked.returning(buckets))).mappings().one()
        bucket = Bucket(tokens=row["tokens"], at=row["at"], told_at=row["told_at"])
        running = await self._running(person, errand, but_for=key) if allowance.at_once else 0
        turn = ask(bucket, allowance, running=running, now=now)
        if turn.wait is None or turn.tell:  # otherwise nothing changed but the time
            await self._connection.execute(update(buckets).where(*mine).values(**asdict(turn.bucket)))
        return turn

    async def refused(self, person: str, asked: str, why: str, subject: str, now: datetime, *, times: int = 1) -> bool:
        """Count a refusal; return whether it is the first since the last `settled`."""
        row = {
            "person": person,
            "asked": asked,
            "why": why,
            "since": now,
            "count": times,
            "subjects": json.dumps([subject]),
        }
        counted = self._insert(refusals).values(**row)
        counted = counted.on_conflict_do_update(
            index_elements=["person", "asked", "why"], set_={"count": refusals.c.count + times}
        )
        found = await self._connection.execute(counted.returning(refusals.c.count, refusals.c.subjects))
        count, noted = found.one()
        subjects = json.loads(noted)
        if subject not in subjects and len(subjects) < _SUBJECTS:
            same = (refusals.c.person == person, refusals.c.asked == asked, refusals.c.why == why)
            more = json.dumps([*subjects, subject])
            await self._connection.execute(update(refusals).where(*same).values(subjects=more))
        return bool(count == times)

    async def settled(self, *, before: datetime) -> list[Refusals]:
        """Take the counts that began before this moment."""
        taken = await self._connection.execute(delete(refusals).where(refusals.c.since < before).returning(refusals))
        return sorted((_refusals(row) for row in taken.mappings()), key=lambda each: (each.since, each.person))

    async def purge(self, before: datetime) -> int:
        """Delete buckets that have been full since this moment or longer; return how many."""
        return (await self._connection.execute(delete(buckets).where(buckets.c.at < before))).rowcount

    async def _running(self, person: str, errand: Errand, *, but_for: str) -> int:
        statement = select(func.count()).where(
            inbox.c.person == person, inbox.c.errand == errand, inbox.c.done_at.is_(None), inbox.c.key != but_for
        )
        return (await self._connection.execute(statement)).scalar_one()


def _refusals(row: RowMapping) -> Refusals:
    return Refusals(**{**row, "subjects": tuple(json.loads(row["subjects"]))})

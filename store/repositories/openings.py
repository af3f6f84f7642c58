"""Signs that people look at their briefs, one row for the first of each kind."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import delete, exists, select

from store.domain.pilot.opening import Sign
from store.repositories.base import Repository
from store.tables.core import BriefRow, table_of
from store.tables.pilot import OpeningRow

briefs = table_of(BriefRow)
openings = table_of(OpeningRow)


class Openings(Repository):
    async def brief_at(self, person_id: str, at: datetime) -> str:
        """Return the person's last morning brief before this moment; "" without one."""
        found = await self._connection.execute(
            select(briefs.c.id)
            .where(briefs.c.owner_id == person_id, briefs.c.posted_at <= at, briefs.c.local_date.is_not(None))
            .order_by(briefs.c.posted_at.desc())
            .limit(1)
        )
        return found.scalar_one_or_none() or ""

    async def is_noted(self, person_id: str, brief_id: str, sign: Sign, at: datetime) -> bool:
        """Whether such a sign of that day is on record."""
        there = exists().where(
            openings.c.person_id == person_id,
            openings.c.brief_id == brief_id,
            openings.c.day == at.astimezone(UTC).date(),
            openings.c.sign == sign,
        )
        return bool((await self._connection.execute(select(there))).scalar_one())

    async def note(self, person_id: str, brief_id: str, sign: Sign, at: datetime) -> bool:
        """Record a sign; return False if there is one of its kind on that day."""
        day = at.astimezone(UTC).date()
        row = {"person_id": person_id, "brief_id": brief_id, "day": day, "sign": sign, "at": at}
        return await self._insert_once(openings, row)

    async def purge(self, before: datetime) -> int:
        """Delete the signs from before this moment; return how many."""
        return (await self._connection.execute(delete(openings).where(openings.c.at < before))).rowcount

"""Who is away, and who decides for them."""

from __future__ import annotations

from dataclasses import fields

from sqlalchemy import RowMapping, delete, select

from store.domain.gate.absences import Absence
from store.repositories.base import Repository
from store.tables.core import AbsenceRow, table_of

absences = table_of(AbsenceRow)


class Absences(Repository):
    async def set(self, absence: Absence) -> None:
        """Store the absence, replacing the person's earlier one."""
        await self._upsert(absences, [{field.name: getattr(absence, field.name) for field in fields(Absence)}])

    async def end(self, person_id: str) -> bool:
        """Delete the person's absence; return False if there was none."""
        gone = await self._connection.execute(
            delete(absences).where(absences.c.person_id == person_id).returning(absences.c.person_id)
        )
        return gone.one_or_none() is not None

    async def of(self, person_id: str) -> Absence | None:
        """Return the person's current or future absence by the database's clock."""
        found = await self._connection.execute(
            select(absences).where(absences.c.person_id == person_id, absences.c.ends > self._now)
        )
        row = found.mappings().one_or_none()
        return _absence(row) if row is not None else None

    async def kept(self, person_id: str) -> Absence | None:
        """Return the person's stored absence: past, current or future."""
        found = await self._connection.execute(select(absences).where(absences.c.person_id == person_id))
        row = found.mappings().one_or_none()
        return _absence(row) if row is not None else None

    async def now(self) -> list[Absence]:
        """Return everyone who is away by the database's clock."""
        rows = await self._connection.execute(
            select(absences)
            .where(absences.c.starts <= self._now, absences.c.ends > self._now)
            .order_by(absences.c.person_id)
        )
        return [_absence(row) for row in rows.mappings()]

    async def standing(self) -> list[Absence]:
        """Return every current or future absence by the database's clock."""
        rows = await self._connection.execute(
            select(absences).where(absences.c.ends > self._now).order_by(absences.c.person_id)
        )
        return [_absence(row) for row in rows.mappings()]

    async def delegated_to(self, delegate_id: str) -> list[Absence]:
        """Return the current absences in which this person decides."""
        return [each for each in await self.now() if each.delegate_id == delegate_id]


def _absence(row: RowMapping) -> Absence:
    return Absence(**{field.name: row[field.name] for field in fields(Absence)})

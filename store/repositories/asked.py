"""Questions that people asked in conversations: whether rules or a model answered, and whether the reader found that useful."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import func, select, update

from store.repositories.base import Repository
from store.tables.asked import AskedRow
from store.tables.core import table_of

asked = table_of(AskedRow)
By = Literal["rules", "model"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedCounts:
    """Of one person: `asked` in all, `by_model` of them answered by a model; of these, `useful` and `not_useful` as rated."""

    person_id: str
    asked: int
    by_model: int
    useful: int
    not_useful: int


class Asked(Repository):
    async def note(self, answer_id: str, person_id: str, by: By, at: datetime) -> None:
        """Count an answer, once by its id."""
        row = {"id": answer_id, "person_id": person_id, "by": by, "at": at}
        await self._connection.execute(self._insert(asked).values(row).on_conflict_do_nothing())

    async def rate(self, answer_id: str, person_id: str, *, useful: bool, at: datetime) -> bool:
        """Store this person's opinion of an answer that they got, in place of an earlier one. Returns whether it was theirs."""
        changed = await self._connection.execute(
            update(asked)
            .where(asked.c.id == answer_id, asked.c.person_id == person_id, asked.c.by == "model")
            .values(useful=useful, rated_at=at)
        )
        return changed.rowcount == 1

    async def counts(self, *, since: datetime, until: datetime) -> list[AskedCounts]:
        """By person, for answers given from `since` on and before `until`."""
        rows = await self._connection.execute(
            select(
                asked.c.person_id,
                func.count().label("asked"),
                func.count().filter(asked.c.by == "model").label("by_model"),
                func.count().filter(asked.c.useful.is_(True)).label("useful"),
                func.count().filter(asked.c.useful.is_(False)).label("not_useful"),
            )
            .where(asked.c.at >= since, asked.c.at < until)
            .group_by(asked.c.person_id)
            .order_by(asked.c.person_id)
        )
        return [AskedCounts(**row) for row in rows.mappings()]

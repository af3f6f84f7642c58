"""Who was asked about the brief, and their answers."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, Select, delete, func, or_, select, update

from store.domain.pilot.survey import Decline, Question, Survey
from store.repositories.base import Repository
from store.tables.core import BriefRow, table_of
from store.tables.pilot import SurveyRow

briefs = table_of(BriefRow)
surveys = table_of(SurveyRow)


class Surveys(Repository):
    async def readers(self, *, since: datetime, first_before: datetime) -> dict[str, datetime]:
        """Return when the first morning brief came to those who got one since then and whose first one came before the other
        moment."""
        mornings = (briefs.c.posted_at.is_not(None), briefs.c.local_date.is_not(None))
        lately = select(briefs.c.owner_id).where(briefs.c.posted_at >= since, *mornings)
        first = func.min(briefs.c.posted_at)
        rows = await self._connection.execute(
            select(briefs.c.owner_id, first.label("first_at"))
            .where(briefs.c.owner_id.in_(lately), *mornings)
            .group_by(briefs.c.owner_id)
            .having(first <= first_before)
        )
        return {row.owner_id: row.first_at for row in rows}

    async def last(self, person_ids: Collection[str]) -> dict[str, Survey]:
        """Return the last survey of each of these people."""
        newest = (
            select(surveys.c.person_id, func.max(surveys.c.number).label("number"))
            .where(surveys.c.person_id.in_(person_ids))
            .group_by(surveys.c.person_id)
            .subquery()
        )
        same = (surveys.c.person_id == newest.c.person_id) & (surveys.c.number == newest.c.number)
        return {each.person_id: each for each in await self._all(select(surveys).join(newest, same))}

    async def get(self, person_id: str, number: int) -> Survey | None:
        mine = select(surveys).where(surveys.c.person_id == person_id, surveys.c.number == number)
        found = await self._all(mine.with_for_update())
        return found[0] if found else None

    async def asked(self, survey: Survey) -> bool:
        """Record that someone was asked; return False if it was recorded before."""
        row = {"person_id": survey.person_id, "number": survey.number, "asked_at": survey.asked_at}
        return await self._insert_once(surveys, row)

    async def answer(self, survey: Survey, question: Question, answer: str, *, at: datetime) -> None:
        """Store an answer in place of an earlier one; the survey isn't declined any more."""
        values = {str(question): answer, "declined": None, "answered_at": survey.answered_at or at}
        await self._write(survey, values)

    async def decline(self, survey: Survey, declined: Decline | None) -> None:
        """Record that the person doesn't want to answer, this time or ever; None: that they may be asked again."""
        await self._write(survey, {"declined": declined})
        if declined is not Decline.THIS_TIME:  # “never”, or its end, holds for all of them
            others = update(surveys).where(surveys.c.person_id == survey.person_id)
            if declined is None:
                others = others.where(surveys.c.declined == Decline.FOR_GOOD)
            await self._connection.execute(others.values(declined=declined))

    async def answered(self, *, since: datetime, person_ids: Collection[str] | None = None) -> list[Survey]:
        """Return the surveys sent since then that these people (None: all) answered, at least in part."""
        mine = select(surveys).where(surveys.c.asked_at >= since, surveys.c.answered_at.is_not(None))
        return await self._all(mine if person_ids is None else mine.where(surveys.c.person_id.in_(person_ids)))

    async def purge(self, before: datetime) -> int:
        """Delete the surveys sent before this moment; return how many. Of someone who doesn't want to be asked again, only the
        answers go."""
        old, stays = surveys.c.asked_at < before, surveys.c.declined == Decline.FOR_GOOD
        answerless = {"worth": None, "missed": None, "answered_at": None}
        await self._connection.execute(update(surveys).where(old, stays).values(**answerless))
        gone = delete(surveys).where(old, or_(surveys.c.declined.is_(None), ~stays))
        return (await self._connection.execute(gone)).rowcount

    async def _write(self, survey: Survey, values: Mapping[str, Any]) -> None:
        mine = (surveys.c.person_id == survey.person_id, surveys.c.number == survey.number)
        await self._connection.execute(update(surveys).where(*mine).values(**values))

    async def _all(self, statement: Select[Any]) -> list[Survey]:
        rows = await self._connection.execute(statement)
        return [_survey(row) for row in rows.mappings()]


def _survey(row: RowMapping) -> Survey:
    return Survey(
        person_id=row["person_id"],
        number=row["number"],
        asked_at=row["asked_at"],
        worth=row["worth"],
        missed=row["missed"],
        answered_at=row["answered_at"],
        declined=Decline(row["declined"]) if row["declined"] else None,
    )

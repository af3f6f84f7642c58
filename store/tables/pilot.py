"""Signs that people looked at their briefs, and their answers to the survey about them. Nothing that a person wrote."""

from __future__ import annotations

from datetime import date, datetime

from sqlmodel import Field

from store.tables.core import Row, UtcDateTime


class OpeningRow(Row, table=True):
    """The first sign of its kind that a person gave on that day (UTC) while this brief was their last; "" without one."""

    __tablename__ = "opening"
    person_id: str = Field(primary_key=True)
    brief_id: str = Field(primary_key=True)
    day: date = Field(primary_key=True)
    sign: str = Field(primary_key=True)
    at: datetime = Field(sa_type=UtcDateTime, index=True)


class SurveyRow(Row, table=True):
    """A person was asked about the brief for the `number`th time."""

    __tablename__ = "survey"
    person_id: str = Field(primary_key=True)
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    asked_at: datetime = Field(sa_type=UtcDateTime, index=True)
    worth: str | None = None
    missed: str | None = None
    answered_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    declined: str | None = None

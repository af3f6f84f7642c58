"""What briefs showed of each account, how people want to be asked, and the company's own pace."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Text
from sqlmodel import Field

from store.tables.core import Row, UtcDateTime
from store.tables.sealed import Sealed


class AttentionRow(Row, table=True):
    """The ledger of one owner's brief: `entries` and `tally` are JSON."""

    __tablename__ = "attention"
    owner_id: str = Field(primary_key=True)
    local_date: date = Field(primary_key=True, index=True)
    brief_id: str
    entries: str = Field(sa_type=Sealed("attention.entries"))
    tally: str = Field(sa_type=Text)


class AnswerChoiceRow(Row, table=True):
    """A person's own word on what the bot learns from their answers about a topic: `fewer` or `as_before`."""

    __tablename__ = "answer_choice"
    owner_id: str = Field(primary_key=True)
    topic: str = Field(primary_key=True)
    choice: str
    at: datetime = Field(sa_type=UtcDateTime)


class NormsRow(Row, table=True):
    """The company's pace and the use of its CRM fields, as last measured, in one row, and the histories of won deals behind
    them in another. `body` is JSON."""

    __tablename__ = "norms"
    id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    measured_at: datetime = Field(sa_type=UtcDateTime)
    body: str = Field(sa_type=Text)


class SignalQuestionRow(Row, table=True):
    """A signal that says nothing in this CRM: when an administrator was asked about it, with which figures, and the answer
    (`off` or `keep`)."""

    __tablename__ = "signal_question"
    kind: str = Field(primary_key=True)
    figures: str = Field(sa_type=Text)
    asked_at: datetime = Field(sa_type=UtcDateTime)
    answer: str | None = None
    answered_by: str | None = None
    answered_at: datetime | None = Field(default=None, sa_type=UtcDateTime)

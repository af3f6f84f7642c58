"""What each person may still ask for this minute, and whose requests were refused how often."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Text
from sqlmodel import Field

from store.tables.core import Row, UtcDateTime


class BucketRow(Row, table=True):
    """Tokens that a person (Slack team and user) had left `at` that moment, by kind of errand."""

    __tablename__ = "bucket"
    person: str = Field(primary_key=True)
    errand: str = Field(primary_key=True)
    tokens: float
    at: datetime = Field(sa_type=UtcDateTime, index=True)
    told_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class RefusalRow(Row, table=True):
    """Refusals of one person for one reason since the last audit entry about them. `subjects` is a JSON list."""

    __tablename__ = "refusal"
    person: str = Field(primary_key=True)
    asked: str = Field(primary_key=True)
    why: str = Field(primary_key=True)
    since: datetime = Field(sa_type=UtcDateTime, index=True)
    count: int
    subjects: str = Field(sa_type=Text)

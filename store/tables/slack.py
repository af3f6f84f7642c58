"""The calls to Slack of the last minute, and the pauses that Slack asked for; nothing of the messages."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field

from store.tables.core import Row, UtcDateTime


class SlackCallRow(Row, table=True):
    """A call under a method's name, or that with a channel."""

    __tablename__ = "slack_call"
    __table_args__ = (Index(None, "key", "at"),)
    id: str = Field(primary_key=True)
    key: str
    at: datetime = Field(sa_type=UtcDateTime)


class SlackPaceRow(Row, table=True):
    __tablename__ = "slack_pace"
    key: str = Field(primary_key=True)
    paused_until: datetime | None = Field(default=None, sa_type=UtcDateTime)

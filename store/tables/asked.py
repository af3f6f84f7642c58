"""Questions in conversations, without their words: how each was answered, and whether that was useful."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field

from store.tables.core import Row, UtcDateTime


class AskedRow(Row, table=True):
    """One answer. `by` is `rules` or `model`; `useful` is the reader's opinion, None if they gave none."""

    __tablename__ = "asked"
    id: str = Field(primary_key=True)
    person_id: str = Field(index=True)
    at: datetime = Field(sa_type=UtcDateTime, index=True)
    by: str
    useful: bool | None = None
    rated_at: datetime | None = Field(default=None, sa_type=UtcDateTime)

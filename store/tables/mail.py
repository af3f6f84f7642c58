"""Copies of briefs by e-mail, and how each ended. No text and no address: those are read when a copy is sent."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field

from store.tables.core import Row, UtcDateTime


class MailCopyRow(Row, table=True):
    __tablename__ = "mail_copy"
    brief_id: str = Field(primary_key=True)
    person_id: str
    made_at: datetime = Field(sa_type=UtcDateTime, index=True)
    due_at: datetime = Field(sa_type=UtcDateTime)
    state: str = Field(index=True)
    tries: int = 0
    trouble: str | None = None
    code: str = ""

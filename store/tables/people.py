"""People's own settings."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Text
from sqlmodel import Field

from store.tables.core import Row, UtcDateTime


class PersonalSettingRow(Row, table=True):
    """A person's own settings and, for Undo, those before the last change. Both are JSON, without anything that a person wrote."""

    __tablename__ = "personal_setting"
    person_id: str = Field(primary_key=True)
    body: str = Field(sa_type=Text)
    before: str = Field(sa_type=Text)
    changed_at: datetime = Field(sa_type=UtcDateTime)

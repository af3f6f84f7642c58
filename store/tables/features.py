"""Which features administrators switched off or on again."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field

from store.tables.core import Row, UtcDateTime


class FeatureRow(Row, table=True):
    """A feature that was switched at least once; without a row it is on. `switched_by` is a person's id."""

    __tablename__ = "feature"
    feature: str = Field(primary_key=True)
    is_on: bool
    switched_by: str
    switched_at: datetime = Field(sa_type=UtcDateTime)

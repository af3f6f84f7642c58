"""A deal names its pipeline, and the company's pace is kept by pipeline: all deals are read once more, and their pace is measured
anew from them."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

BEFORE_ANY_DEAL = datetime(2000, 1, 1, tzinfo=UTC)
FIGURES = 1  # the row of the norms that has no histories


def upgrade() -> None:
    _read_deals_again()
    _keep_pace_by_pipeline()


def _read_deals_again() -> None:
    """As changes, not as a first look: what happened since the last read is still told."""
    at, began = sa.column("at", sa.DateTime(timezone=True)), sa.column("began", sa.DateTime(timezone=True))
    streams = sa.table("watermark", sa.column("stream", sa.String()), at, began, sa.column("after", sa.Text()))
    deals = streams.c.stream == "deals"
    op.execute(streams.update().where(deals, at.is_not(None)).values(at=BEFORE_ANY_DEAL))
    op.execute(streams.update().where(deals, began.is_not(None)).values(after=""))


def _keep_pace_by_pipeline() -> None:
    norms = sa.table("norms", sa.column("id", sa.Integer()), sa.column("body", sa.Text()))
    connection = op.get_bind()
    body = connection.execute(sa.select(norms.c.body).where(norms.c.id == FIGURES)).scalar_one_or_none()
    if body is None:
        return
    kept = json.loads(body)
    by_pipeline = {name: {"": kept[name]} if kept.get(name) else {} for name in ("stays", "gaps")}
    converted = json.dumps({**kept, **by_pipeline, "measured_at": None})
    connection.execute(norms.update().where(norms.c.id == FIGURES).values(body=converted))

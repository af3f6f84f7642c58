"""A task says its status, and whether the bot made it: all tasks are read once more."""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

BEFORE_ANY_TASK = datetime(2000, 1, 1, tzinfo=UTC)


def upgrade() -> None:
    """As changes, not as a first look: what happened since the last read is still told."""
    at, began = sa.column("at", sa.DateTime(timezone=True)), sa.column("began", sa.DateTime(timezone=True))
    streams = sa.table("watermark", sa.column("stream", sa.String()), at, began, sa.column("after", sa.Text()))
    tasks = streams.c.stream == "tasks"
    op.execute(streams.update().where(tasks, at.is_not(None)).values(at=BEFORE_ANY_TASK))
    op.execute(streams.update().where(tasks, began.is_not(None)).values(after=""))

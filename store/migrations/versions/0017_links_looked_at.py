"""When Slack last told who a linked user is, and since when they are not the same any more."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("link", sa.Column("looked_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("link", sa.Column("lapsed_at", sa.DateTime(timezone=True), nullable=True))

"""Rejections that were lifted: the same advice may be asked again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("proposal", sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True))

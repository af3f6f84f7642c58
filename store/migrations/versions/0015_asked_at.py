"""When a question was first asked, if an earlier proposal asked it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("proposal", sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True))

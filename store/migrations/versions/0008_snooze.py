"""Until when a proposal is put off."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("proposal", sa.Column("snoozed_until", sa.DateTime(timezone=True), nullable=True))

"""Each linked person's direct message with the bot, so that a morning need not open it again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("link", sa.Column("channel", sa.String(), nullable=True))

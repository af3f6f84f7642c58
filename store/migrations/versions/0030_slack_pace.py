"""The calls to Slack of the last minute, so that all processes together keep to Slack's rates."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "slack_call",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_slack_call_key_at", "slack_call", ["key", "at"])
    op.create_table(
        "slack_pace",
        sa.Column("key", sa.String(), primary_key=True),
        sa.Column("paused_until", sa.DateTime(timezone=True), nullable=True),
    )

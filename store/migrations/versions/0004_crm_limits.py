"""What processes share about the CRM: the access token, the day's credits, the pace, the calls under way."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def _moment(name: str, *, nullable: bool = True) -> sa.Column[datetime]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "crm_sign_in",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=True),
        _moment("expires_at"),
        sa.Column("leased_by", sa.String(), nullable=True),
        _moment("leased_until"),
        sa.Column("asked", sa.Text(), nullable=False, server_default=sa.text("'[]'")),
        sa.Column("refusal", sa.Text(), nullable=True),
        _moment("refused_until"),
        sa.PrimaryKeyConstraint("key", name="pk_crm_sign_in"),
    )
    op.create_table(
        "crm_usage",
        sa.Column("key", sa.String(), nullable=False),
        _moment("slot", nullable=False),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.Column("credits", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", "slot", name="pk_crm_usage"),
    )
    op.create_table(
        "crm_pace",
        sa.Column("key", sa.String(), nullable=False),
        _moment("paused_until"),
        sa.Column("strikes", sa.Integer(), nullable=False, server_default=sa.text("0")),
        sa.Column("remaining", sa.Integer(), nullable=True),
        _moment("remaining_at"),
        _moment("minute"),
        sa.Column("minute_calls", sa.Integer(), nullable=False, server_default=sa.text("0")),
        sa.PrimaryKeyConstraint("key", name="pk_crm_pace"),
    )
    op.create_table(
        "crm_call",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        _moment("at", nullable=False),
        _moment("held_until", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_crm_call"),
    )
    op.create_index("ix_crm_call_key", "crm_call", ["key"])

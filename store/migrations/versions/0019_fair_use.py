"""What each person asked for lately, how often they were refused, and what their questions to models cost."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("inbox", sa.Column("person", sa.String(), nullable=True))
    op.add_column("inbox", sa.Column("errand", sa.String(), nullable=True))
    op.create_index("ix_inbox_person_errand_done_at", "inbox", ["person", "errand", "done_at"])
    op.add_column("model_call", sa.Column("asked_by", sa.String(), nullable=False, server_default=""))
    op.create_index("ix_model_call_asked_by_at", "model_call", ["asked_by", "at"])
    op.create_table(
        "bucket",
        sa.Column("person", sa.String(), primary_key=True),
        sa.Column("errand", sa.String(), primary_key=True),
        sa.Column("tokens", sa.Float(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
    )
    op.create_index("ix_bucket_at", "bucket", ["at"])
    op.create_table(
        "refusal",
        sa.Column("person", sa.String(), primary_key=True),
        sa.Column("asked", sa.String(), primary_key=True),
        sa.Column("why", sa.String(), primary_key=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("subjects", sa.Text(), nullable=False),
    )
    op.create_index("ix_refusal_since", "refusal", ["since"])

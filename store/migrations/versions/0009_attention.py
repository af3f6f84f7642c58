"""What briefs showed of each account, what people said about being asked, and the company's own pace; and a proposal's next
version after it was rejected or undone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _proposals()
    op.create_table(
        "attention",
        sa.Column("owner_id", sa.String(), nullable=False),
        sa.Column("local_date", sa.Date(), nullable=False),
        sa.Column("brief_id", sa.String(), nullable=False),
        sa.Column("entries", sa.Text(), nullable=False),
        sa.Column("tally", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("owner_id", "local_date", name="pk_attention"),
    )
    op.create_index("ix_attention_local_date", "attention", ["local_date"])
    op.create_table(
        "answer_choice",
        sa.Column("owner_id", sa.String(), nullable=False),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("choice", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("owner_id", "topic", name="pk_answer_choice"),
    )
    op.create_table(
        "norms",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("measured_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_norms"),
    )
    op.create_table(
        "signal_question",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("figures", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.String(), nullable=True),
        sa.Column("answered_by", sa.String(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("kind", name="pk_signal_question"),
    )


def _proposals() -> None:
    op.drop_index("one_version_in_force", "proposal")
    in_force = sa.text("state NOT IN ('superseded', 'rejected', 'undone')")
    op.create_index(
        "one_version_in_force", "proposal", ["lineage"], unique=True, sqlite_where=in_force, postgresql_where=in_force
    )
    op.drop_index("ix_proposal_lineage", "proposal")
    op.create_index("one_row_a_version", "proposal", ["lineage", "version"], unique=True)

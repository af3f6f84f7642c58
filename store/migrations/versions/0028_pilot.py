"""Signs that people look at their briefs, surveys about them, and what the figures of a pilot are counted from."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "opening",
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("brief_id", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("sign", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "brief_id", "day", "sign", name="pk_opening"),
    )
    op.create_index("ix_opening_at", "opening", ["at"])
    op.create_table(
        "survey",
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("worth", sa.String(), nullable=True),
        sa.Column("missed", sa.String(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("declined", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("person_id", "number", name="pk_survey"),
    )
    op.create_index("ix_survey_asked_at", "survey", ["asked_at"])
    posted = sa.text("posted_at IS NOT NULL")
    op.create_index(
        "in_slack_since",
        "brief",
        ["owner_id", "posted_at", "local_date", "id"],
        sqlite_where=posted,
        postgresql_where=posted,
    )
    op.drop_index("ix_proposal_brief_id", "proposal")
    op.create_index(
        "asked_in", "proposal", ["brief_id", "state", "key", "undoes", "done_at", "id", "lineage", "version"]
    )
    op.create_index("decided_when", "proposal", ["state", "decided_at", "decided_by"])

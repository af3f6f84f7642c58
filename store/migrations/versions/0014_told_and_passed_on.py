"""Which brief told an outcome, and who said that a proposal isn't theirs. Outcomes measured before this release count as told."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("proposal", sa.Column("passed_by", sa.String(), nullable=True))
    op.add_column("outcome", sa.Column("told_in", sa.String(), nullable=True))
    outcomes = sa.table("outcome", sa.column("verdict", sa.String()), sa.column("told_in", sa.String()))
    op.execute(outcomes.update().where(outcomes.c.verdict.is_not(None)).values(told_in=""))

"""The last moment at which a changed field is known to have had its value from before."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("change", sa.Column("since", sa.DateTime(timezone=True), nullable=True))

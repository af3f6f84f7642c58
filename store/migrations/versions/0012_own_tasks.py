"""The bot's own tasks are found by the record that a proposal wrote."""

from __future__ import annotations

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("written_record", "proposal", ["crm_id"], if_not_exists=True)

"""What was written lately is found without going through all that was ever written."""

from __future__ import annotations

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_proposal_state_done_at", "proposal", ["state", "done_at"], if_not_exists=True)

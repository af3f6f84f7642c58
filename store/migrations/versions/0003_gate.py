"""The gate under fire: what a proposal rests on, second approvers, undo, absences, and a durable inbox and outbox."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _proposals()
    _messages()
    _people()


def _moment(name: str) -> sa.Column[datetime]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=True)


def _proposals() -> None:
    op.drop_column("proposal", "rests_on")
    for column in (
        sa.Column("basis", sa.Text(), nullable=False, server_default=sa.text("'[]'")),
        sa.Column("drifted", sa.Text(), nullable=False, server_default=sa.text("'[]'")),
        sa.Column("amount", sa.Float(), nullable=False, server_default=sa.text("0")),
        sa.Column("needs_second", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("endorsed_by", sa.String(), nullable=True),
        _moment("endorsed_at"),
        sa.Column("undoes", sa.String(), nullable=True),
        sa.Column("undo_id", sa.String(), nullable=True),
        _moment("reminded_at"),
        sa.Column("offered_to", sa.String(), nullable=True),
        _moment("crm_modified_at"),
        _moment("done_at"),
        _moment("parked_at"),
        sa.Column("shown", sa.Boolean(), nullable=False, server_default=sa.true()),
    ):
        op.add_column("proposal", column)
    op.create_index("ix_proposal_undoes", "proposal", ["undoes"])
    not_shown = sa.text("NOT shown")
    op.create_index("not_shown", "proposal", ["id"], sqlite_where=not_shown, postgresql_where=not_shown)


def _messages() -> None:
    op.add_column("message", sa.Column("body", sa.Text(), nullable=True))
    op.add_column("message", _moment("sending_at"))
    op.add_column("message", sa.Column("fingerprint", sa.String(), nullable=True))
    under_way = sa.text("sending_at IS NOT NULL")
    op.create_index("under_way", "message", ["sending_at"], sqlite_where=under_way, postgresql_where=under_way)
    op.add_column("inbox", sa.Column("body", sa.Text(), nullable=True))
    op.add_column("inbox", sa.Column("attempts", sa.Integer(), nullable=False, server_default=sa.text("0")))
    op.add_column("inbox", _moment("taken_at"))
    op.add_column("inbox", _moment("done_at"))
    op.create_index("ix_inbox_done_at", "inbox", ["done_at"])


def _people() -> None:
    op.add_column("link", _moment("confirmed_at"))
    op.add_column("link", _moment("refused_at"))
    op.create_table(
        "absence",
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("starts", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends", sa.DateTime(timezone=True), nullable=False),
        sa.Column("delegate_id", sa.String(), nullable=False),
        sa.Column("set_by", sa.String(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("person_id", name="pk_absence"),
    )
    op.create_index("ix_absence_ends", "absence", ["ends"])
    op.create_index("ix_absence_delegate_id", "absence", ["delegate_id"])

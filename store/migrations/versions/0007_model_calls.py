"""Calls of models and tools with what they cost, and the answers that were paid for."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "model_call",
        sa.Column("number", BIG, nullable=False),
        *(_text(name) for name in ("id", "trace", "owner_id", "account_id", "agent", "model", "question", "prompt")),
        _moment("at"),
        *(_text(name) for name in ("state", "problem")),
        *(_count(name) for name in ("attempts", "milliseconds", "plain", "written", "read", "output", "tokens")),
        sa.Column("usd", sa.Float(), nullable=False, server_default=sa.text("0")),
        sa.Column("batch", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("number", name="pk_model_call"),
        sa.UniqueConstraint("id", name="uq_model_call_id"),
    )
    op.create_index("ix_model_call_account_id_at", "model_call", ["account_id", "at"])
    for name in ("trace", "at", "batch"):
        op.create_index(f"ix_model_call_{name}", "model_call", [name])
    op.create_table(
        "tool_call",
        sa.Column("number", BIG, nullable=False),
        *(_text(name) for name in ("id", "call_id", "trace", "owner_id", "account_id", "agent", "tool", "inputs")),
        sa.Column("is_error", sa.Boolean(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("characters", "milliseconds")),
        _moment("at"),
        sa.PrimaryKeyConstraint("number", name="pk_tool_call"),
        sa.UniqueConstraint("id", name="uq_tool_call_id"),
    )
    for name in ("trace", "account_id", "at"):
        op.create_index(f"ix_tool_call_{name}", "tool_call", [name])
    op.create_table(
        "model_answer",
        *(_text(name) for name in ("call_id", "question", "account_id", "trace")),
        sa.Column("with_tools", sa.Boolean(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        _moment("at"),
        sa.PrimaryKeyConstraint("call_id", name="pk_model_answer"),
    )
    for name in ("question", "account_id", "at"):
        op.create_index(f"ix_model_answer_{name}", "model_answer", [name])


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=False)


def _count(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False, server_default=sa.text("0"))


def _moment(name: str) -> sa.Column[datetime]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False)

"""The CRM is read by streams, each of which goes on where it stopped."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

STREAMS = (
    ("accounts", "account"),
    ("deals", "deal"),
    ("contacts", "contact"),
    ("tasks", "activity"),
    ("meetings", "activity"),
    ("calls", "activity"),
    ("notes", "note"),
)


def upgrade() -> None:
    old = sa.table("watermark_by_kind", sa.column("kind", sa.String()), sa.column("at", sa.DateTime(timezone=True)))
    op.rename_table("watermark", "watermark_by_kind")
    new = op.create_table(
        "watermark",
        sa.Column("stream", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("began", sa.DateTime(timezone=True), nullable=True),
        sa.Column("after", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("stream", name="pk_watermark_stream"),
    )
    for stream, kind in STREAMS:
        rows = sa.select(sa.literal(stream), old.c.at).where(old.c.kind == kind)
        op.execute(new.insert().from_select(["stream", "at"], rows))
    op.drop_table("watermark_by_kind")

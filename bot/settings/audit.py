"""Where the audit trail is anchored outside the database."""

from __future__ import annotations

from pydantic import Field

from bot.settings.section import Section


class AuditSettings(Section):
    prefix = "SERGAS_AUDIT_"

    anchor: str = Field(
        "",
        description="Where the bot records the head of the audit trail outside the database: a file, or s3://, gs:// or az:// "
        "with a bucket and a prefix; empty means audit-anchors.jsonl in the home folder; off turns it off.",
    )
    anchor_seconds: float = Field(
        60.0, gt=0, description="Seconds within which a new head of the audit trail is recorded there."
    )

"""Where heads of the audit trail are noted."""

from __future__ import annotations

from agents.ports import AuditAnchors
from bot.settings.audit import AuditSettings
from bot.settings.section import OFF
from bot.settings.storage import ANCHOR_FILE, StorageSettings
from integrations.anchors import open_anchors


def audit_anchors(audit: AuditSettings, storage: StorageSettings, *, place: str | None = None) -> AuditAnchors | None:
    """Where heads of the audit trail are noted, or another place instead; None where that is turned off.

    Raises: SettingError.
    """
    chosen = (place or audit.anchor).strip()
    if chosen.casefold() == OFF:
        return None
    return open_anchors(chosen or str(storage.home / ANCHOR_FILE))

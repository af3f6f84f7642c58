"""The place outside the database where the head of the audit trail is recorded, wired."""

from __future__ import annotations

from agents.ports import AuditAnchors
from bot.settings.audit import AuditSettings
from bot.settings.section import OFF
from bot.settings.storage import ANCHOR_FILE, StorageSettings
from integrations.anchors import open_anchors


def audit_anchors(audit: AuditSettings, storage: StorageSettings, *, place: str | None = None) -> AuditAnchors | None:
    """The anchors at the place of the settings, or at `place` instead; None if anchoring is turned off.

    Raises: SettingError.
    """
    chosen = (place or audit.anchor).strip()
    if chosen.casefold() == OFF:
        return None
    return open_anchors(chosen or str(storage.home / ANCHOR_FILE))

"""Where heads of the audit trail are noted."""

from __future__ import annotations

from agents.ports import AuditAnchors
from bot.settings import ANCHOR_FILE, OFF, Settings
from integrations.anchors import open_anchors


def audit_anchors(settings: Settings, *, place: str | None = None) -> AuditAnchors | None:
    """Where heads of the audit trail are noted, or another place instead; None where that is turned off.

    Raises: SettingError.
    """
    chosen = (place or settings.audit_anchor).strip()
    if chosen.casefold() == OFF:
        return None
    return open_anchors(chosen or str(settings.home / ANCHOR_FILE))

"""The job that anchors the audit trail's head outside the database: regularly if it moved, and when the bot ends."""

from __future__ import annotations

import asyncio

import structlog

from agents.flows.records.anchor_audit import AnchorAudit
from store.domain.errors import StoreUnavailable
from store.domain.gate.audit import AnchorsDamaged, AnchorsUnavailable, AuditBroken

log = structlog.get_logger()

GRACE_SECONDS = 2.0
OFF = "SERGAS_AUDIT_ANCHOR is off: a truncated or rewritten audit trail would go unnoticed."


class AnchorJob:
    """`anchor` is None if anchoring is off. `problem` is the current obstacle, for display."""

    def __init__(self, anchor: AnchorAudit | None) -> None:
        self._anchor = anchor
        self.problem: str | None = None

    async def __call__(self) -> bool:
        """Anchor the head if it moved. Returns whether it is anchored. A failure is logged and retried next time: the entries
        are safe in the database."""
        if self._anchor is None:
            return self._off()
        try:
            await self._anchor()
        except (AuditBroken, AnchorsDamaged) as exc:
            self.problem = str(exc)
            log.error("audit.broken", problem=self.problem)
            return False
        except (AnchorsUnavailable, StoreUnavailable) as exc:
            self.problem = str(exc)
            log.warning("audit.anchor_postponed", problem=self.problem)
            return False
        self.problem = None
        return True

    def _off(self) -> bool:
        if self.problem is None:
            self.problem = OFF
            log.warning("audit.anchoring_off", problem=OFF)
        return False

    async def last(self, *, grace_seconds: float = GRACE_SECONDS) -> None:
        """Anchor the last minute's entries before the process ends."""
        try:
            await asyncio.wait_for(self(), grace_seconds)
        except TimeoutError:
            log.warning("audit.anchor_postponed", problem="The place didn't answer before the bot ended.")

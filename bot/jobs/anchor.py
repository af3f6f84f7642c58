"""Noting the head of the audit trail outside the database as a job: every so often where it moved, and when the bot ends."""

from __future__ import annotations

import asyncio

import structlog

from agents.flows.records.anchor_audit import AnchorAudit
from store.domain.errors import StoreUnavailable
from store.domain.gate.audit import AnchorsDamaged, AnchorsUnavailable, AuditBroken

log = structlog.get_logger()

GRACE_SECONDS = 2.0
OFF = "SERGAS_AUDIT_ANCHOR is off: a cut or rewritten audit trail would not be seen."


class AnchorJob:
    """`anchor` is None where heads are to be noted nowhere. `problem` is what stands in the way now, for whoever shows it."""

    def __init__(self, anchor: AnchorAudit | None) -> None:
        self._anchor = anchor
        self.problem: str | None = None

    async def __call__(self) -> bool:
        """Note the head where it moved; whether it stands noted. What fails is logged and tried again the next time: the
        entries are in the database and lose nothing by waiting."""
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
        """Note what the last minute brought, before the process ends."""
        try:
            await asyncio.wait_for(self(), grace_seconds)
        except TimeoutError:
            log.warning("audit.anchor_postponed", problem="The place did not answer before the bot ended.")

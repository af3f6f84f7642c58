"""Close what nobody decided in time. Silence never writes."""

from __future__ import annotations

import structlog

from agents.ports import Clock, Delivery
from store.database import Database

log = structlog.get_logger()


class ExpireProposals:
    def __init__(self, database: Database, delivery: Delivery, clock: Clock) -> None:
        self._database = database
        self._delivery = delivery
        self._clock = clock

    async def __call__(self) -> int:
        """Expire every pending proposal whose time is over and say so in its message; returns how many."""
        now = self._clock.now()
        async with self._database.transaction() as tx:
            expired = await tx.proposals.expire(now)
            for proposal in expired:
                await tx.audit.append(
                    at=now,
                    actor="sergas",
                    action="proposal.expired",
                    subject=proposal.id,
                    detail={"expires_at": proposal.expires_at.isoformat()},
                    request_id=proposal.id[:8],
                )
        for proposal in expired:
            await self._delivery.show(proposal)
        if expired:
            log.info("proposals.expired", count=len(expired))
        return len(expired)

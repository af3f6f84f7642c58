"""Close the proposals that no one decided in time. Silence never writes."""

from __future__ import annotations

import structlog

from agents.flows.access.trail import note
from store.database import Database

log = structlog.get_logger()


class ExpireProposals:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def __call__(self) -> int:
        """Expire every proposal whose time to decide is over; return how many."""
        async with self._database.transaction() as tx:
            expired = await tx.proposals.expire()
            for proposal in expired:
                expired_at = proposal.expires_at
                await note(tx, proposal.id[:8], "proposal.expired", proposal.id, expires_at=expired_at)
        if expired:
            log.info("proposals.expired", count=len(expired))
        return len(expired)

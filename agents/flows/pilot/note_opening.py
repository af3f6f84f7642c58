"""Note the signs that a person looked at their brief, each kind once."""

from __future__ import annotations

from agents.flows.access.identity import Caller
from agents.ports import Clock
from store.database import Database
from store.domain.pilot.opening import Sign


class NoteOpening:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def __call__(self, caller: Caller, sign: Sign) -> bool:
        """Record a sign of someone who confirmed who they are; return False for anyone else, and if it is on record. Raises:
        StoreUnavailable."""
        now = self._clock.now()
        async with self._database.reading() as tx:
            link = await tx.links.of_slack(caller.team_id, caller.user_id)
            if link is None or not (link.holds and link.is_confirmed):
                return False
            brief_id = await tx.openings.brief_at(link.person_id, now)
            if await tx.openings.is_noted(link.person_id, brief_id, sign, now):
                return False
        async with self._database.transaction() as tx:
            return await tx.openings.note(link.person_id, brief_id, sign, now)

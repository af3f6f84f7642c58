"""Who can be reached in Slack: someone whom it doesn't know isn't asked about again for a while."""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog

from agents.ports import Directory
from store.domain.crm.accounts import Person

log = structlog.get_logger()


class Reach:
    """Asks Slack's directory, at most once in `again` about someone it didn't know."""

    def __init__(self, directory: Directory, *, again: timedelta) -> None:
        self._directory = directory
        self._again = again
        self._lost: dict[str, datetime] = {}

    def has_lost(self, person: Person, now: datetime) -> bool:
        """Whether Slack didn't know them a short while ago."""
        since = self._lost.get(person.id)
        return since is not None and now < since + self._again

    async def __call__(self, person: Person, now: datetime) -> bool:
        if self.has_lost(person, now):
            return False
        if await self._directory.reaches(person):
            self._lost.pop(person.id, None)
            return True
        if person.id not in self._lost:
            log.warning("ask.unreachable", person_id=person.id)
        self._lost[person.id] = now
        return False

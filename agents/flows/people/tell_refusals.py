"""Tell one administrator, once, that a person's Slack user says they are someone else."""

from __future__ import annotations

from datetime import timedelta

import structlog

from agents.ports import Clock, Directory, LinkDesk
from store.database import Database, Tx
from store.domain.access.rules import administrators
from store.domain.crm.accounts import Person
from store.domain.gate.links import Link
from store.domain.gate.remind_and_offer import is_working

log = structlog.get_logger()

# The outbox remembers a message for longer than this, so none is sent twice.
TRIES = timedelta(days=5)


class TellRefusals:
    def __init__(self, database: Database, directory: Directory, desk: LinkDesk, clock: Clock) -> None:
        self._database = database
        self._directory = directory
        self._desk = desk
        self._clock = clock

    async def __call__(self) -> int:
        """Tell an administrator who is confirmed and at work; return the number of messages. Safe to run many times at once."""
        async with self._database.reading() as tx:
            refused = await self._untold(tx)
            people = {each.id: each for each in await tx.people.all()} if refused else {}
            confirmed = await tx.links.confirmed() if refused else frozenset()
        at_work = [each for each in administrators(people.values()) if is_working(each, self._clock.now())]
        reader = await self._first_reached([each for each in at_work if each.id in confirmed])
        told = [each for each in refused if each.person_id in people] if reader is not None else []
        for link in told:
            assert reader is not None
            await self._desk.tell(reader, people[link.person_id], link)
            log.info("link.refusal_told", person_id=link.person_id, to=reader.id)
        return len(told)

    async def _untold(self, tx: Tx) -> list[Link]:
        refused = await tx.links.refused_since(self._clock.now() - TRIES)
        return [each for each in refused if await tx.messages.by_key(each.refusal_key) is None]

    async def _first_reached(self, people: list[Person]) -> Person | None:
        for person in people:
            if await self._directory.reaches(person):
                return person
        return None

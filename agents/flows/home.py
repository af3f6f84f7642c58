"""What a person finds in App Home: what waits for them, what they decided lately, when the next brief comes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from agents.flows.people import Caller, known_person
from agents.ports import Clock
from store.database import Database
from store.domain.accounts import Person
from store.domain.proposals import Proposal


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeContents:
    """`pending` and `recent` are the person's own proposals."""

    person: Person
    pending: tuple[Proposal, ...]
    recent: tuple[Proposal, ...]


class Home:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def __call__(self, caller: Caller) -> HomeContents:
        """Raises: Refused for somebody unknown."""
        now = self._clock.now()
        async with self._database.reading() as tx:
            person = await known_person(tx, caller)
            return HomeContents(
                person=person,
                pending=tuple(await tx.proposals.pending([person.id], now=now)),
                recent=tuple(await tx.proposals.decided([person.id], since=now - timedelta(days=7), limit=10)),
            )

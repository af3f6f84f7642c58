"""Keep what a person says of a model's answer: useful or not. Only who got the answer may, and their last word counts."""

from __future__ import annotations

from agents.flows.access.identity import Caller, known_person
from agents.flows.access.trail import note, noting_refusal
from agents.ports import Clock
from store.database import Database
from store.domain.errors import Refused


class RateAnswer:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def __call__(self, caller: Caller, answer_id: str, *, useful: bool) -> None:
        """Raises: Refused for an answer that someone else got, or for someone unknown."""
        async with (
            noting_refusal(self._database, caller, "answer.rate", answer_id),
            self._database.transaction() as tx,
        ):
            person = await known_person(tx, caller)
            if not await tx.asked.rate(answer_id, person.id, useful=useful, at=self._clock.now()):
                raise Refused("Only the person who asked can say whether the answer was useful.")
            await note(tx, caller, "answer.rated", answer_id, actor=person, useful=useful)

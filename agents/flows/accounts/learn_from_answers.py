"""Learn from answers: a person's own decisions about similar advice, and their word on it, which wins.

It only orders advice. It never lowers a high risk, the evidence asked for or a confidence, and approves nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import structlog

from agents.flows.access.identity import Caller, known_person
from agents.flows.access.trail import note, noting_refusal
from store.database import Database, Tx
from store.domain.attention.answers import Choice, Count, Lesson, counted, lessons, others_of
from store.domain.attention.ledger import Ledger, Tally
from store.domain.attention.rarity import united
from store.domain.attention.topics import is_topic
from store.domain.errors import BadInput
from store.repositories.attention import CURRENT

log = structlog.get_logger()

# How far back answers count.
REMEMBERED = timedelta(days=90)


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """An owner's answers by topic, and their lessons."""

    own: dict[str, Count]
    lessons: dict[str, Lesson]

    @property
    def factors(self) -> dict[str, float]:
        return {topic: lesson.factor for topic, lesson in self.lessons.items()}


async def learned(tx: Tx, owner_id: str, *, company: Tally, last: Ledger | None, day: date, now: datetime) -> Learned:
    """Return the lessons of the owner's answers: two queries. `company` unites the tallies of all owners' last briefs before
    `day`, the owner's `last` among them unless it is long past."""
    own = counted(await tx.answers.given(owner_id, since=now - REMEMBERED))
    counts = last is not None and last.local_date >= day - CURRENT
    others = others_of(company, last.tally if last and counts else None)
    return Learned(own=own, lessons=lessons(own, others, await tx.answers.choices(owner_id)))


async def learned_so_far(tx: Tx, last: Ledger, *, now: datetime) -> Learned:
    """Return the lessons of an owner's answers now, after their `last` brief."""
    day = last.local_date + timedelta(days=1)
    company = united(await tx.attention.tallies_before(day))
    return await learned(tx, last.owner_id, company=company, last=last, day=day, now=now)


class LearnFromAnswers:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def choose(self, caller: Caller, topic: str, choice: Choice) -> None:
        """Record the caller's own choice on a topic; it holds until they choose again.

        Raises: BadInput for an unknown topic; Unconfirmed, Refused.
        """
        async with (
            noting_refusal(self._database, caller, "answers.choose", topic),
            self._database.transaction(urgent=True) as tx,
        ):
            person = await known_person(tx, caller)
            if not is_topic(topic):
                raise BadInput("I don't know this topic any more. Please open the Home tab again.")
            now = await tx.proposals.now()
            await tx.answers.choose(person.id, topic, choice, at=now)
            await note(tx, caller, "answers.chosen", person.id, actor=person, at=now, topic=topic, choice=str(choice))
        log.info("answers.chosen", person_id=person.id, topic=topic, choice=str(choice))

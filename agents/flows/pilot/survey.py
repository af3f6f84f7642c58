"""Ask those who get a brief two questions about it, and keep their answers.

People are asked after their second week and then at most once in 31 days, on a day with a brief, in their working hours, never
while they are away or paused their brief, and never again once they said so.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from secrets import token_hex

import structlog

from agents.flows.access.identity import Caller, known_person
from agents.flows.access.trail import note, noting_refusal
from agents.ports import Clock, Directory, SurveyDesk
from store.database import Database, Tx
from store.domain.crm.accounts import Person
from store.domain.crm.people import local_day
from store.domain.errors import NotFound, Refused
from store.domain.gate.remind_and_offer import is_working
from store.domain.pilot.survey import FIRST_AFTER, Decline, Question, Survey, check_answer, is_due
from store.domain.running.features import Feature

log = structlog.get_logger()

TODAY = timedelta(hours=12)  # the brief that it is about came so long ago at most
AT_ONCE = 20  # people asked in one round


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """The survey with a new answer, and the answer that it replaced, if any."""

    survey: Survey
    replaced: str | None = None


class AskSurvey:
    def __init__(self, database: Database, directory: Directory, desk: SurveyDesk, clock: Clock) -> None:
        self._database = database
        self._directory = directory
        self._desk = desk
        self._clock = clock

    async def __call__(self) -> int:
        """Ask everyone who is due; return their number. Safe to run many times at once."""
        async with self._database.reading() as tx:
            is_on = Feature.SURVEYS not in await tx.features.off()
            due = await self._due(tx, self._clock.now()) if is_on else []
        asked = 0
        for person, survey in due:
            asked += await self._ask(person, survey) if asked < AT_ONCE else 0
        return asked

    async def answer(self, caller: Caller, number: int, question: Question, answer: str) -> Kept:
        """Keep the caller's own answer, in place of an earlier one. Raises: BadInput, NotFound, Refused, Unconfirmed."""
        async with (
            noting_refusal(self._database, caller, "survey.answer", str(number)),
            self._database.transaction(urgent=True) as tx,
        ):
            person, survey = await _own(tx, caller, number)
            check_answer(question, answer)
            before = survey.said(question)
            now = self._clock.now()
            await tx.surveys.answer(survey, question, answer, at=now)
            if before != answer:
                # That they answered, never what.
                await note(tx, caller, "survey.answered", person.id, actor=person, number=number, question=question)
        kept = replace(survey, declined=None, answered_at=survey.answered_at or now)
        kept = replace(kept, worth=answer) if question is Question.WORTH else replace(kept, missed=answer)
        return Kept(survey=kept, replaced=before if before != answer else None)

    async def decline(self, caller: Caller, number: int, declined: Decline | None) -> Survey:
        """Keep that the caller doesn't want to answer, this time or ever; None: that they do after all. Raises: NotFound,
        Refused, Unconfirmed."""
        async with (
            noting_refusal(self._database, caller, "survey.decline", str(number)),
            self._database.transaction(urgent=True) as tx,
        ):
            person, survey = await _own(tx, caller, number)
            await tx.surveys.decline(survey, declined)
            if declined is not survey.declined:
                await note(tx, caller, "survey.declined", person.id, actor=person, number=number, how=declined)
        return replace(survey, declined=declined)

    async def _due(self, tx: Tx, now: datetime) -> list[tuple[Person, Survey]]:
        readers = await tx.surveys.readers(since=now - TODAY, first_before=now - FIRST_AFTER)
        if not readers:
            return []
        last = await tx.surveys.last(readers)
        away = {each.person_id for each in await tx.absences.now()}
        confirmed = await tx.links.confirmed()
        people = [each for each in await tx.people.all() if each.id in readers and each.id in confirmed]
        return [
            (each, Survey(person_id=each.id, number=_next(last.get(each.id)), asked_at=now))
            for each in people
            if is_due(readers[each.id], last.get(each.id), now=now) and each.id not in away and _is_free(each, now)
        ]

    async def _ask(self, person: Person, survey: Survey) -> bool:
        try:
            if not await self._directory.reaches(person):
                return False
            await self._desk.ask(person, survey)
        except (NotFound, Refused) as problem:
            log.warning("survey.unreachable", person_id=person.id, error=type(problem).__name__)
            return False
        async with self._database.transaction() as tx:
            if not await tx.surveys.asked(survey):
                return False
            await note(tx, token_hex(4), "survey.asked", person.id, number=survey.number)
        log.info("survey.asked", person_id=person.id, number=survey.number)
        return True


def _is_free(person: Person, now: datetime) -> bool:
    """Whether this is a good moment: a working hour of theirs, and no pause."""
    pause = person.settings.pause
    return person.active and is_working(person, now) and not (pause and pause.covers(local_day(person, now)))


def _next(last: Survey | None) -> int:
    return last.number + 1 if last else 1


async def _own(tx: Tx, caller: Caller, number: int) -> tuple[Person, Survey]:
    person = await known_person(tx, caller)
    survey = await tx.surveys.get(person.id, number)
    if survey is None:
        raise NotFound("I don't find these questions among those I asked you.")
    return person, survey

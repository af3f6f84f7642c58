"""Store who is away and who decides for them in the meantime; only the people concerned can see it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from secrets import token_hex
from typing import Any

import structlog

from agents.flows.access.identity import Caller, known_person
from agents.flows.access.trail import OPERATOR, note, noting_refusal
from store.database import Database, Tx
from store.domain.access.rules import check_may_set_absence, may_stand_in
from store.domain.crm.accounts import Person
from store.domain.crm.people import local_day
from store.domain.errors import NotFound, Refused
from store.domain.gate.absences import Absence, absence_of, check_absence

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class AwayChoices:
    """The choices for setting an absence: whose (`people`, the person first), who decides in the meantime, and the
    suggested days, in their time zone. `standing` is their own current absence."""

    people: Sequence[Person]
    delegates: Sequence[Person]
    first: date
    last: date
    standing: Absence | None


class Absences:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def choices(self, caller: Caller) -> AwayChoices:
        """For the caller, and for the people whose absence they may set. Raises: Unconfirmed, Refused."""
        async with self._database.reading() as tx:
            actor = await known_person(tx, caller)
            everybody = {person.id: person for person in await tx.people.all()}
            others = [each for each in everybody.values() if each.active and _may_set(actor, each, everybody)]
            standing = await tx.absences.of(actor.id)
            today = local_day(actor, await tx.proposals.now())
            stand_ins = await _delegates(tx, actor)
            return AwayChoices(
                people=[actor, *others],
                delegates=sorted([*stand_ins, actor], key=lambda each: each.name) if others else stand_ins,
                first=max(today, standing.first_day(actor)) if standing else today,
                last=standing.last_day(actor) if standing else today,
                standing=standing,
            )

    async def set(
        self, caller: Caller, *, first: date, last: date, delegate_id: str, person_id: str | None = None
    ) -> Absence:
        """Set the absence in place of an earlier one. Days are in the person's time zone, and the last one is included.

        Raises: Unconfirmed, Refused, NotFound; FieldProblems for `first`, `last` and `delegate`.
        """
        async with (
            noting_refusal(self._database, caller, "absence.set", person_id or "self"),
            self._database.transaction(urgent=True) as tx,
        ):
            actor, person = await _about(tx, caller, person_id)
            absence = await _checked(tx, person, first=first, last=last, delegate_id=delegate_id, by=actor.id)
            await tx.absences.set(absence)
            await note(tx, caller, "absence.set", person.id, actor=actor, at=absence.set_at, **_told(absence))
        log.info("absence.set", person_id=person.id)
        return absence

    async def end(self, caller: Caller, person_id: str | None = None) -> bool:
        """End the absence; False if they were not away. Raises: Unconfirmed, Refused, NotFound."""
        async with (
            noting_refusal(self._database, caller, "absence.end", person_id or "self"),
            self._database.transaction(urgent=True) as tx,
        ):
            actor, person = await _about(tx, caller, person_id)
            ended = await tx.absences.end(person.id)
            if ended:
                await note(tx, caller, "absence.ended", person.id, actor=actor)
        return ended

    async def set_by_operator(self, person: Person, *, first: date | None, last: date, delegate: Person) -> Absence:
        """As `set`, for operators of the installation; `first` defaults to today. Raises: FieldProblems."""
        async with self._database.transaction() as tx:
            absence = await _checked(tx, person, first=first, last=last, delegate_id=delegate.id, by=OPERATOR)
            await tx.absences.set(absence)
            await note(tx, token_hex(4), "absence.set", person.id, at=absence.set_at, by=OPERATOR, **_told(absence))
        return absence

    async def end_by_operator(self, person: Person) -> bool:
        """As `end`, for operators of the installation."""
        async with self._database.transaction() as tx:
            ended = await tx.absences.end(person.id)
            if ended:
                await note(tx, token_hex(4), "absence.ended", person.id, by=OPERATOR)
        return ended


async def _about(tx: Tx, caller: Caller, person_id: str | None) -> tuple[Person, Person]:
    """The caller, and the person whose absence it is. Raises: Unconfirmed, Refused, NotFound."""
    actor = await known_person(tx, caller)
    people = {person.id: person for person in await tx.people.all()}
    person = people.get(person_id or actor.id)
    if person is None:
        raise NotFound("I can't find this CRM user any more.")
    check_may_set_absence(actor, person, people)
    return actor, person


def _may_set(actor: Person, person: Person, people: Mapping[str, Person]) -> bool:
    """Whether the actor may set this absence and it isn't their own."""
    try:
        check_may_set_absence(actor, person, people)
    except Refused:
        return False
    return actor.id != person.id


async def _delegates(tx: Tx, person: Person) -> list[Person]:
    return may_stand_in(person, await tx.people.all(), owning=frozenset(await tx.snapshots.owner_ids()))


async def _checked(tx: Tx, person: Person, *, first: date | None, last: date, delegate_id: str, by: str) -> Absence:
    now = await tx.proposals.now()
    today = local_day(person, now)
    absence = absence_of(person, first=first or today, last=last, delegate_id=delegate_id, set_by=by, now=now)
    people = {each.id: each for each in await tx.people.all()}
    check_absence(
        absence,
        person=person,
        people=people,
        delegates=await _delegates(tx, person),
        away=await tx.absences.standing(),
    )
    return absence


def _told(absence: Absence) -> dict[str, Any]:
    return {"starts": absence.starts, "ends": absence.ends, "delegate_id": absence.delegate_id}

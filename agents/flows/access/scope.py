"""The owners whose accounts a person may see now, by the last sync and the absences."""

from __future__ import annotations

from store.database import Tx
from store.domain.access import rules
from store.domain.access.rules import Circle, manager_of
from store.domain.crm.accounts import Person


async def owners_seen_by(tx: Tx, person: Person) -> tuple[str, ...]:
    """Ids: the person's own first, then those of their reports and of the owners whose delegate they are."""
    people = {each.id: each for each in await tx.people.all()}
    away = {each.person_id for each in await tx.absences.delegated_to(person.id)}
    circles = [
        Circle(owner=each, manager=manager_of(each, people), delegate=person if each.id in away else None)
        for each in people.values()
    ]
    return rules.owners_seen_by(person, circles)


async def reports_of(tx: Tx, person: Person) -> dict[str, Person]:
    """The people this person manages, by id."""
    return rules.reports_of(person, {each.id: each for each in await tx.people.all()})

"""The owners whose accounts a person may see now, by what the CRM last said and who is away."""

from __future__ import annotations

from agents.flows.access.identity import circle_of
from store.database import Tx
from store.domain.crm.accounts import Person, Role
from store.domain.errors import Refused
from store.domain.gate.approvals import check_may_see, manager_of


async def owners_seen_by(tx: Tx, person: Person) -> tuple[str, ...]:
    """Themselves, those they manage, and those they stand in for now."""
    found = [
        person.id,
        *await reports_of(tx, person),
        *(e.person_id for e in await tx.absences.delegated_to(person.id)),
    ]
    seen: list[str] = []
    for owner_id in dict.fromkeys(found):
        try:
            check_may_see(person, await circle_of(tx, owner_id))
        except Refused:
            continue
        seen.append(owner_id)
    return tuple(seen)


async def reports_of(tx: Tx, person: Person) -> dict[str, Person]:
    """Those for whom this person is the nearest active manager, by id."""
    if person.role is Role.OWNER:
        return {}
    people = {each.id: each for each in await tx.people.all()}
    managed = {each.id: manager_of(each, people) for each in people.values()}
    return {each: people[each] for each, manager in managed.items() if manager is not None and manager.id == person.id}

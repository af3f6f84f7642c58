"""Who is asking: a Slack identity bound to a CRM user, read again on every request. Unknown means refused."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from store.database import Tx
from store.domain.access.rules import Circle, check_confirmed, check_known, manager_of
from store.domain.crm.accounts import Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """The Slack identity a verified request came with, the request's id, and where it was made, for the audit trail. `key`
    names the request too, but stays the same where it is handled again; empty where it is none of Slack's."""

    team_id: str
    user_id: str
    request_id: str
    place: str = ""
    key: str = ""


async def known_person(tx: Tx, caller: Caller) -> Person:
    """The active CRM user bound to this Slack identity. Raises: Refused."""
    person_id = await tx.links.person_of(caller.team_id, caller.user_id)
    person = await tx.people.get(person_id) if person_id else None
    return check_known(person)


async def deciding_person(tx: Tx, caller: Caller) -> Person:
    """As `known_person`, and the person has said that the binding is right. Raises: Refused, Unconfirmed."""
    person = await known_person(tx, caller)
    return check_confirmed(person, confirmed=await tx.links.is_confirmed(caller.team_id, caller.user_id))


async def circle_of(tx: Tx, owner_id: str, *, at: datetime | None = None) -> Circle | None:
    """Those who may decide for an owner now, by what the CRM last said and who is away; None for an unknown owner.

    `at` asks for whom an absence named as delegate at an earlier moment.
    """
    owner = await tx.people.get(owner_id)
    if owner is None:
        return None
    people = {person.id: person for person in await tx.people.all()}
    absence = await tx.absences.kept(owner_id)
    delegate = people.get(absence.delegate_id) if absence and absence.covers(at or await tx.proposals.now()) else None
    return Circle(
        owner=owner,
        manager=manager_of(owner, people),
        delegate=delegate if delegate is not None and delegate.active else None,
    )


async def bind(tx: Tx, *, team_id: str, user_id: str, email: str, at: datetime) -> Person | None:
    """Bind a Slack identity to the active CRM user with the same e-mail address, once; None where there is none.

    `email` must come from Slack's own directory, never from a message. Raises: Refused where either side is already bound
    to another.
    """
    person = await tx.people.by_email(email)
    if person is not None:
        await tx.links.link(team_id, user_id, person.id, at)
    return person

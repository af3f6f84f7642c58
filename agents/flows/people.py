"""Who is asking: a Slack identity bound to a CRM user, read again on every request. Unknown means refused."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from store.database import Tx
from store.domain.accounts import Person
from store.domain.errors import Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """The Slack identity a verified request came with, and the request's id."""

    team_id: str
    user_id: str
    request_id: str


async def known_person(tx: Tx, caller: Caller) -> Person:
    """The active CRM user bound to this Slack identity. Raises: Refused."""
    person_id = await tx.links.person_of(caller.team_id, caller.user_id)
    person = await tx.people.get(person_id) if person_id else None
    if person is None or not person.active:
        raise Refused(
            "I do not know you: no active CRM user has your Slack e-mail address. Ask your CRM administrator."
        )
    return person


async def bind(tx: Tx, *, team_id: str, user_id: str, email: str, at: datetime) -> Person | None:
    """Bind a Slack identity to the active CRM user with the same e-mail address, once; None where there is none.

    `email` must come from Slack's own directory, never from a message. Raises: Refused where either side is already bound
    to another.
    """
    person = await tx.people.by_email(email)
    if person is not None:
        await tx.links.link(team_id, user_id, person.id, at)
    return person

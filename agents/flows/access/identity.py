"""The person who asks: a Slack identity linked to a CRM user, read again on every request. Anyone unknown is refused, and anyone
who has not confirmed that they are this CRM user: they see nothing about accounts and decide nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from store.database import Tx
from store.domain.access.rules import Circle, check_confirmed, check_known, manager_of
from store.domain.crm.accounts import Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """The Slack identity a verified request came with, the request's id, and its place, for the audit trail. `key` also names
    the request, but stays the same if it is handled again; it is empty if the request did not come from Slack."""

    team_id: str
    user_id: str
    request_id: str
    place: str = ""
    key: str = ""

    @property
    def slack(self) -> str:
        """Names this Slack identity in counts of its own."""
        return f"{self.team_id}/{self.user_id}"


async def known_person(tx: Tx, caller: Caller) -> Person:
    """Return the active CRM user that this Slack identity is linked to and has confirmed to be. Raises: Refused, Unconfirmed."""
    link = await tx.links.of_slack(caller.team_id, caller.user_id)
    person = await tx.people.get(link.person_id) if link is not None and link.holds else None
    return check_confirmed(check_known(person), confirmed=link is not None and link.is_confirmed)


async def circle_of(tx: Tx, owner_id: str, *, at: datetime | None = None) -> Circle | None:
    """Return the people around an owner now, by the last sync and the absences; None for an unknown owner.

    With `at`, the delegate is the one named for that earlier moment.
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
        named_by=absence.set_by if absence and delegate is not None and delegate.active else None,
    )


async def bind(tx: Tx, *, team_id: str, user_id: str, email: str, at: datetime) -> Person | None:
    """Link a Slack identity to the active CRM user with the same e-mail address, once; None if there is no such user.

    `email` must come from Slack's own directory, never from a message. Raises: Refused if either side is already linked to
    someone else.
    """
    person = await tx.people.by_email(email)
    if person is not None:
        await tx.links.link(team_id, user_id, person.id, at)
    return person

"""Who may do what: every access rule there is, on frozen values. Flows, MCP tools, memory and views read the facts and ask here.

| role | sees the records of | decides on | operates and sees the configuration |
| --- | --- | --- | --- |
| owner | themselves | the same records | no |
| manager | themselves and those whose nearest active manager they are | the same records | no |
| administrator | as a manager; the role alone shows no records | every proposal whose id they were given | yes |

The accounts of someone who left are seen and given away by that person's manager, or by the administrator who heard of them
because there is no manager; by no one else.

While an owner is away, their delegate sees and decides as the owner does, whatever the delegate's role.

Pure, and closed: someone who is unknown, inactive or has a role not listed here may do nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeGuard

from store.domain.crm.accounts import Person, Role
from store.domain.errors import Refused, Unconfirmed
from store.domain.pilot.report import Scope

ROLES = frozenset(Role)


class Standing(StrEnum):
    """In what capacity someone sees or decides; the first that applies."""

    OWNER = "owner"
    MANAGER = "manager"
    DELEGATE = "delegate"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True, kw_only=True)
class Circle:
    """The people around an owner now: `manager` is the nearest active person above them in the CRM's reporting line, `delegate`
    the active person named for an absence that covers this moment, `named_by` the id of the person who named them."""

    owner: Person
    manager: Person | None = None
    delegate: Person | None = None
    named_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """The owners whose records a tool may read or touch. `everyone` is for operators; an empty reach includes no one."""

    owners: frozenset[str] = frozenset()
    everyone: bool = False

    @classmethod
    def of(cls, *owner_ids: str) -> Reach:
        return cls(owners=frozenset(owner_ids))

    def includes(self, *owner_ids: str | None) -> bool:
        """Whether a record with any of these owners is within reach: its own, and that of the account it belongs to."""
        return self.everyone or not self.owners.isdisjoint(owner_ids)


EVERYONE = Reach(everyone=True)


def check_known(actor: Person | None) -> Person:
    """Anyone who asks for anything must be an active CRM user with a role we know. Raises: Refused."""
    if not _is_known(actor):
        raise Refused(
            "I can't find you in the CRM: no active user has your Slack e-mail address. Please ask your CRM administrator."
        )
    return actor


def check_confirmed(actor: Person, *, confirmed: bool) -> Person:
    """To see or decide anything, people must also have confirmed that they are this CRM user. Raises: Unconfirmed."""
    if not confirmed:
        raise Unconfirmed(
            "Before I show you anything, please confirm who you are in the CRM.",
            person_id=actor.id,
            name=actor.name,
            email=actor.email,
        )
    return actor


def manager_of(person: Person, people: Mapping[str, Person]) -> Person | None:
    """The nearest active person above someone in the reporting line; None at its end, or if the line runs in a circle."""
    seen, above = {person.id}, person.manager_id
    while above is not None and above not in seen:
        seen.add(above)
        manager = people.get(above)
        if manager is None:
            return None
        if manager.active:
            return manager
        above = manager.manager_id
    return None


def managers(people: Mapping[str, Person]) -> dict[str, Person]:
    """Everyone who is someone's manager by the reporting line, whatever their role, by id."""
    return {manager.id: manager for each in people.values() if (manager := manager_of(each, people)) is not None}


def reports_of(actor: Person, people: Mapping[str, Person]) -> dict[str, Person]:
    """The people this person manages by role and by reporting line, active or not, by id; never themselves."""
    return {each.id: each for each in people.values() if _manages(actor, manager_of(each, people))}


def administrators(people: Iterable[Person]) -> list[Person]:
    """The active administrators, in a fixed order."""
    return sorted((each for each in people if each.role is Role.ADMIN and _is_known(each)), key=lambda each: each.id)


def keepers_of(former: Person | None, people: Mapping[str, Person]) -> list[Person]:
    """Who hears of the accounts that someone who left still owns, in this order: their manager, administrators. `former` is
    None for accounts without a known owner."""
    manager = manager_of(former, people) if former is not None else None
    admins = [each for each in people.values() if each.role is Role.ADMIN and _is_known(each)]
    asked = [manager] if manager is not None and _manages(manager, manager) else []
    return list({each.id: each for each in [*asked, *admins]}.values())


def check_may_reassign(
    actor: Person | None, former: Person | None, people: Mapping[str, Person], *, told: str | None
) -> Person:
    """The manager of someone who left sees their accounts and gives them to others; so does the administrator who was `told` of
    them because no manager could be. No one does while the owner is active. Raises: Refused."""
    is_told = _is_known(actor) and actor.role is Role.ADMIN and actor.id == told
    if former is None or former.active or not _is_known(actor):
        raise Refused("These accounts have an owner, so they can't be given away here.")
    if not is_told and not _manages(actor, manager_of(former, people)):
        raise Refused(f"These accounts belonged to {former.name}. Only their manager can see them and give them away.")
    return actor


def may_receive(actor: Person, people: Mapping[str, Person]) -> list[Person]:
    """To whom someone may give an account: a manager to their active reports and to themselves, an administrator to anyone
    active."""
    reach = people if actor.role is Role.ADMIN else {actor.id: actor, **reports_of(actor, people)}
    return [each for each in reach.values() if _is_known(each)]


def check_may_see(actor: Person | None, circle: Circle | None) -> Standing:
    """Owners see their own records, managers those of their reports, delegates those of the owner they stand in for. Being an
    administrator is not enough. Returns in what capacity they see. Raises: Refused."""
    if not _is_known(actor) or circle is None:
        raise Refused("I don't know you as the owner of this account, so I can't show or change anything on it.")
    standing = _standing(actor, circle)
    if standing is None:
        raise Refused(
            f"This belongs to {circle.owner.name}. Only they, their manager or their delegate can see and decide it."
        )
    return standing


def owners_seen_by(actor: Person, circles: Iterable[Circle]) -> tuple[str, ...]:
    """The ids of the owners in these circles whose records someone may see, their own first."""
    seen = [each.owner.id for each in circles if _is_known(actor) and _standing(actor, each) is not None]
    return tuple(sorted(seen, key=lambda owner_id: owner_id != actor.id))


def check_may_decide(actor: Person | None, circle: Circle | None) -> Standing:
    """Anyone who may see a proposal may decide on it. So may an administrator who was given its id. Returns in what capacity
    they decide. Raises: Refused."""
    if _is_known(actor) and circle is not None and actor.role is Role.ADMIN:
        return _standing(actor, circle) or Standing.ADMIN
    return check_may_see(actor, circle)


def may_decide(actor: Person | None, circle: Circle | None) -> bool:
    try:
        check_may_decide(actor, circle)
    except Refused:
        return False
    return True


def check_may_be_second(actor: Person, circle: Circle, *, first: str | None) -> None:
    """The second approver is neither the person who approved first, nor someone who may decide only because that person named
    them as a delegate, before or after. Raises: Refused."""
    if first == actor.id:
        raise Refused("You have approved this already; it needs a second approver, such as the manager.")
    if first is not None and first == circle.named_by and check_may_decide(actor, circle) is Standing.DELEGATE:
        raise Refused(
            "Whoever approved this first also named you as delegate, so it needs another second approver, such as the manager."
        )


def may_endorse(actor: Person | None, circle: Circle | None, *, first: str) -> bool:
    """Whether someone can be the second approver, after `first`."""
    if actor is None or circle is None:
        return False
    try:
        check_may_decide(actor, circle)
        check_may_be_second(actor, circle, first=first)
    except Refused:
        return False
    return True


def seconds_for(circle: Circle, people: Sequence[Person], *, first: str) -> list[Person]:
    """Who can be asked to approve after `first`, in this order: the manager, the delegate, the owner, administrators."""
    admins = [each for each in people if each.role is Role.ADMIN]
    asked = [circle.manager, circle.delegate, circle.owner, *admins]
    found = [each for each in asked if each is not None and may_endorse(each, circle, first=first)]
    return list({each.id: each for each in found}.values())


def beside(circle: Circle) -> list[Person]:
    """Who can be offered the owner's decisions, in this order: the delegate, the manager."""
    others = [each for each in (circle.delegate, circle.manager) if each is not None and each.id != circle.owner.id]
    return [each for each in others if may_decide(each, circle)]


def may_see_configuration(actor: Person | None, *, confirmed: bool) -> bool:
    """Administrators who confirmed who they are see what the installation does and costs."""
    return confirmed and _is_known(actor) and actor.role is Role.ADMIN


def check_may_see_figures(actor: Person | None, scope: Scope, *, leads: bool) -> None:
    """People see the pilot's figures about themselves, managers (`leads`: others report to them) also those about their team, and
    those who see the configuration everyone's. Raises: Refused."""
    may = {Scope.OWN: _is_known(actor), Scope.TEAM: _is_known(actor) and leads}
    if not may.get(scope, may_see_configuration(actor, confirmed=True)):
        raise Refused(
            "You can see your own figures, those of your team if you manage one, and as an administrator everyone's."
        )


def check_may_operate(actor: Person | None, *, confirmed: bool) -> None:
    """Only those who see the configuration may retry or settle writes that got stuck. Raises: Refused."""
    if not may_see_configuration(actor, confirmed=confirmed):
        raise Refused("Only a CRM administrator can do this.")


def check_may_set_absence(actor: Person | None, person: Person, people: Mapping[str, Person]) -> None:
    """People say when they are away themselves; their manager and administrators can say so for them. Raises: Refused."""
    if not _is_known(actor):
        raise Refused("I don't know you as an active CRM user.")
    if actor.id == person.id or actor.role is Role.ADMIN or _manages(actor, manager_of(person, people)):
        return
    raise Refused(f"Only {person.name}, their manager or an administrator can set an absence for them.")


def may_stand_in(person: Person, candidates: Sequence[Person], *, owning: frozenset[str]) -> list[Person]:
    """Who can be named as someone's delegate: other people who own records in the CRM (`owning`), manage anyone, or are
    managers or administrators by role."""
    managing = {each.manager_id for each in candidates if each.active}
    trusted = owning | managing
    return [
        each
        for each in candidates
        if _is_known(each) and each.id != person.id and (each.id in trusted or each.role is not Role.OWNER)
    ]


def _standing(actor: Person, circle: Circle) -> Standing | None:
    if actor.id == circle.owner.id:
        return Standing.OWNER
    if _manages(actor, circle.manager):
        return Standing.MANAGER
    if circle.delegate is not None and actor.id == circle.delegate.id:
        return Standing.DELEGATE
    return None


def _manages(actor: Person, manager: Person | None) -> bool:
    """The reporting line is not enough: the role must say so too."""
    return manager is not None and actor.id == manager.id and actor.role in (Role.MANAGER, Role.ADMIN)


def _is_known(actor: Person | None) -> TypeGuard[Person]:
    return actor is not None and actor.active and actor.role in ROLES

"""Every role in every relation to an owner, against every action: each cell is written down, and nothing else is allowed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from itertools import product

import pytest

from store.domain.access.rules import (
    EVERYONE,
    ROLES,
    Circle,
    Reach,
    beside,
    check_confirmed,
    check_known,
    check_may_be_second,
    check_may_decide,
    check_may_operate,
    check_may_see,
    check_may_see_figures,
    check_may_set_absence,
    manager_of,
    may_endorse,
    may_see_configuration,
    may_stand_in,
    owners_seen_by,
    reports_of,
    seconds_for,
)
from store.domain.crm.accounts import Person, Role
from store.domain.errors import Refused, Unconfirmed
from store.domain.pilot.report import Scope

TABLE = """
relation      role     see       list  decide    endorse  offered  operate  configuration  absence
owner         owner    owner     yes   owner     yes      -        -        -              yes
owner         manager  owner     yes   owner     yes      -        -        -              yes
owner         admin    owner     yes   owner     yes      -        yes      yes            yes
manager       owner    -         -     -         -        -        -        -              -
manager       manager  manager   yes   manager   yes      yes      -        -              yes
manager       admin    manager   yes   manager   yes      yes      yes      yes            yes
skip-manager  owner    -         -     -         -        -        -        -              -
skip-manager  manager  -         -     -         -        -        -        -              -
skip-manager  admin    -         -     admin     yes      -        yes      yes            yes
delegate      owner    delegate  yes   delegate  yes      yes      -        -              -
delegate      manager  delegate  yes   delegate  yes      yes      -        -              -
delegate      admin    delegate  yes   delegate  yes      yes      yes      yes            yes
colleague     owner    -         -     -         -        -        -        -              -
colleague     manager  -         -     -         -        -        -        -              -
colleague     admin    -         -     admin     yes      -        yes      yes            yes
"""
RELATIONS = ("owner", "manager", "skip-manager", "delegate", "colleague")


def _cells() -> Mapping[tuple[str, str, str], str]:
    head, *rows = [line.split() for line in TABLE.strip().splitlines()]
    return {(row[0], row[1], action): cell for row in rows for action, cell in zip(head[2:], row[2:], strict=True)}


CELLS = _cells()


def scene(relation: str, role: Role) -> tuple[Person, Circle, Mapping[str, Person]]:
    """The person in this relation, the owner's circle, and everyone in the CRM."""
    people = {
        each: Person(id=each, name=each.title(), email=f"{each}@example.com", manager_id=above)
        for each, above in (
            ("skip-manager", None),
            ("manager", "skip-manager"),
            ("owner", "manager"),
            ("colleague", "manager"),
            ("delegate", "skip-manager"),
        )
    }
    people[relation] = replace(people[relation], role=role)
    circle = Circle(owner=people["owner"], manager=manager_of(people["owner"], people), delegate=people["delegate"])
    return people[relation], circle, people


Try = Callable[[Person | None, Circle | None, Mapping[str, Person]], str]


def _told(check: Callable[[], object]) -> str:
    """`yes`, or the capacity it returns; `-` if it refuses."""
    try:
        found = check()
    except Refused:
        return "-"
    return "yes" if found in (None, True) else str(found) if found else "-"


ACTIONS: Mapping[str, Try] = {
    "see": lambda actor, circle, _: _told(lambda: check_may_see(actor, circle)),
    "list": lambda actor, circle, _: _told(
        lambda: bool(actor and circle and circle.owner.id in owners_seen_by(actor, [circle]))
    ),
    "decide": lambda actor, circle, _: _told(lambda: check_may_decide(actor, circle)),
    "endorse": lambda actor, circle, _: _told(lambda: may_endorse(actor, circle, first="who approved first")),
    "offered": lambda actor, circle, _: _told(lambda: bool(actor and circle and actor in beside(circle))),
    "operate": lambda actor, *_: _told(lambda: check_may_operate(actor, confirmed=True)),
    "configuration": lambda actor, *_: _told(lambda: may_see_configuration(actor, confirmed=True)),
    "absence": lambda actor, circle, people: _told(lambda: check_may_set_absence(actor, people["owner"], people)),
}


def test_the_table_has_every_cell() -> None:
    assert set(CELLS) == set(product(RELATIONS, ROLES, ACTIONS))


@pytest.mark.parametrize(("relation", "role", "action"), CELLS)
def test_each_role_may_do_what_the_table_says_and_nothing_else(relation: str, role: str, action: str) -> None:
    assert ACTIONS[action](*scene(relation, Role(role))) == CELLS[relation, role, action]


@pytest.mark.parametrize(("relation", "role", "action"), CELLS)
def test_someone_inactive_may_do_nothing(relation: str, role: str, action: str) -> None:
    actor, circle, people = scene(relation, Role(role))
    gone = replace(actor, active=False)
    around = Circle(
        owner=gone if relation == "owner" else circle.owner,
        manager=gone if relation == "manager" else circle.manager,
        delegate=gone if relation == "delegate" else circle.delegate,
    )
    assert ACTIONS[action](gone, around, {**people, gone.id: gone}) == "-"


@pytest.mark.parametrize(("relation", "action"), product(RELATIONS, ACTIONS))
def test_someone_with_a_role_we_do_not_know_may_do_nothing(relation: str, action: str) -> None:
    actor, circle, people = scene(relation, Role.ADMIN)
    object.__setattr__(actor, "role", "superuser")  # as a later release might store it
    assert ACTIONS[action](actor, circle, people) == "-"


@pytest.mark.parametrize("action", ACTIONS)
def test_someone_unknown_may_do_nothing(action: str) -> None:
    _, circle, people = scene("colleague", Role.OWNER)
    assert ACTIONS[action](None, circle, people) == "-"


@pytest.mark.parametrize(("role", "action"), product(sorted(ROLES), ("see", "list", "decide", "endorse", "offered")))
def test_nothing_of_an_unknown_owner_may_be_seen_or_decided(role: Role, action: str) -> None:
    actor, _, people = scene("manager", role)
    assert ACTIONS[action](actor, None, people) == "-"


@pytest.mark.parametrize(("relation", "role"), product(RELATIONS, sorted(ROLES)))
def test_nobody_approves_twice(relation: str, role: Role) -> None:
    actor, circle, _ = scene(relation, role)
    assert not may_endorse(actor, circle, first=actor.id)
    check_may_be_second(actor, circle, first=None)
    with pytest.raises(Refused):
        check_may_be_second(actor, circle, first=actor.id)


@pytest.mark.parametrize("role", sorted(ROLES))
def test_nobody_appoints_the_second_approver(role: Role) -> None:
    delegate, circle, people = scene("delegate", role)
    for namer in ("owner", "manager"):
        named = replace(circle, named_by=namer)
        assert may_endorse(delegate, named, first=namer) is False
        assert may_endorse(delegate, named, first="colleague")
        assert ("delegate" in [each.id for each in seconds_for(named, list(people.values()), first=namer)]) is False
        assert may_endorse(people["owner"], named, first="delegate")
    as_manager = replace(circle, manager=replace(delegate, role=Role.MANAGER), named_by="owner")
    assert may_endorse(as_manager.manager, as_manager, first="owner")  # they may decide without it


def test_an_administrator_who_did_not_confirm_who_they_are_does_not_operate() -> None:
    admin, *_ = scene("colleague", Role.ADMIN)
    assert not may_see_configuration(admin, confirmed=False)
    with pytest.raises(Refused):
        check_may_operate(admin, confirmed=False)
    with pytest.raises(Unconfirmed):
        check_confirmed(admin, confirmed=False)


@pytest.mark.parametrize("actor", [None, replace(scene("owner", Role.OWNER)[0], active=False)], ids=["unknown", "left"])
def test_only_active_people_are_known(actor: Person | None) -> None:
    with pytest.raises(Refused):
        check_known(actor)


@pytest.mark.parametrize(("relation", "role"), product(RELATIONS, sorted(ROLES)))
def test_whoever_is_active_is_known_and_confirms_once(relation: str, role: Role) -> None:
    actor, *_ = scene(relation, role)
    assert check_known(actor) is actor
    assert check_confirmed(actor, confirmed=True) is actor


def test_the_second_approver_is_asked_for_in_order_and_never_someone_who_could_not_approve() -> None:
    _, circle, people = scene("manager", Role.MANAGER)
    admin = replace(people["colleague"], role=Role.ADMIN)
    left = replace(admin, id="left", active=False)
    everyone = [*people.values(), left, admin]

    assert [each.id for each in seconds_for(circle, everyone, first="owner")] == ["manager", "delegate", "colleague"]
    assert [each.id for each in seconds_for(circle, everyone, first="manager")] == ["delegate", "owner", "colleague"]

    _, circle, people = scene("manager", Role.OWNER)
    assert [each.id for each in seconds_for(circle, list(people.values()), first="delegate")] == ["owner"]


@pytest.mark.parametrize(("role", "reports"), [(Role.OWNER, set()), (Role.MANAGER, {"owner", "colleague"})])
def test_reports_need_the_role_as_well_as_the_line(role: Role, reports: set[str]) -> None:
    actor, _, people = scene("manager", role)
    assert set(reports_of(actor, people)) == reports


def test_only_active_people_with_something_to_lose_stand_in() -> None:
    _, circle, people = scene("skip-manager", Role.OWNER)
    gone = replace(people["delegate"], active=False)
    candidates = [*(each for each in people.values() if each.id != "delegate"), gone]
    found = may_stand_in(circle.owner, candidates, owning=frozenset({"owner", "delegate"}))
    assert [each.id for each in found] == ["skip-manager", "manager"]  # they manage someone; a colleague owns nothing


def test_a_reach_includes_its_owners_and_an_empty_one_no_one() -> None:
    assert Reach.of("anna").includes("anna")
    assert Reach.of("anna").includes("bob", "anna")
    assert not Reach.of("anna").includes("bob", None)
    assert not Reach().includes("anna")
    assert not Reach().includes(None)
    assert EVERYONE.includes("anna")


@pytest.mark.parametrize(
    ("role", "leads", "seen"),
    [
        (Role.OWNER, False, {Scope.OWN}),
        (Role.MANAGER, False, {Scope.OWN}),
        (Role.MANAGER, True, {Scope.OWN, Scope.TEAM}),
        (Role.ADMIN, False, {Scope.OWN, Scope.EVERYONE}),
    ],
)
def test_figures_are_for_those_they_are_about_their_manager_and_administrators(
    role: Role, leads: bool, seen: set[Scope]
) -> None:
    actor = replace(scene("colleague", Role.OWNER)[0], role=role)
    for scope in Scope:
        assert (_told(partial(check_may_see_figures, actor, scope, leads=leads)) == "yes") is (scope in seen)
        assert _told(partial(check_may_see_figures, None, scope, leads=True)) == "-"

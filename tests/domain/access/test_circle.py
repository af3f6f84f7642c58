"""Who may see and who may decide what somebody owns: every role, exactly."""

from __future__ import annotations

from dataclasses import replace

import pytest

from store.domain.access.rules import (
    Circle,
    Standing,
    check_may_decide,
    check_may_reassign,
    check_may_see,
    keepers_of,
    manager_of,
    may_receive,
)
from store.domain.crm.accounts import Person, Role
from store.domain.errors import Refused


def person(name: str, role: Role = Role.OWNER, *, above: str | None = None, active: bool = True) -> Person:
    return Person(id=name, name=name.title(), email=f"{name}@example.com", role=role, manager_id=above, active=active)


TOP = person("top", Role.MANAGER)
MIA = person("mia", Role.MANAGER, above="top")
ANNA = person("anna", above="mia")
BOB = person("bob", above="mia")
DELEGATE = person("dora", above="top")
ADMIN = person("ada", Role.ADMIN)
PEOPLE = {each.id: each for each in (TOP, MIA, ANNA, BOB, DELEGATE, ADMIN)}
CIRCLE = Circle(owner=ANNA, manager=MIA, delegate=DELEGATE)

MATRIX: list[tuple[str, Person | None, Circle | None, Standing | None, Standing | None]] = [
    # who, the person, the circle, as what they see it, as what they decide it
    ("the owner", ANNA, CIRCLE, Standing.OWNER, Standing.OWNER),
    ("the manager", MIA, CIRCLE, Standing.MANAGER, Standing.MANAGER),
    ("a manager by line who is none by role", replace(MIA, role=Role.OWNER), CIRCLE, None, None),
    ("the manager's manager", TOP, CIRCLE, None, None),
    ("a peer", BOB, CIRCLE, None, None),
    ("the delegate", DELEGATE, CIRCLE, Standing.DELEGATE, Standing.DELEGATE),
    ("the delegate of another time", DELEGATE, replace(CIRCLE, delegate=None), None, None),
    ("an administrator", ADMIN, CIRCLE, None, Standing.ADMIN),
    ("an administrator who is the manager", replace(MIA, role=Role.ADMIN), CIRCLE, Standing.MANAGER, Standing.MANAGER),
    ("an owner who left", replace(ANNA, active=False), CIRCLE, None, None),
    ("a manager who left", replace(MIA, active=False), CIRCLE, None, None),
    ("a delegate who left", replace(DELEGATE, active=False), CIRCLE, None, None),
    ("an administrator who left", replace(ADMIN, active=False), CIRCLE, None, None),
    ("nobody we know", None, CIRCLE, None, None),
    ("anybody, for an owner we do not know", ANNA, None, None, None),
    ("an administrator, for an owner we do not know", ADMIN, None, None, None),
]


@pytest.mark.parametrize(("actor", "circle", "sees"), [each[1:4] for each in MATRIX], ids=[each[0] for each in MATRIX])
def test_who_may_see(actor: Person | None, circle: Circle | None, sees: Standing | None) -> None:
    if sees is not None:
        assert check_may_see(actor, circle) is sees
    else:
        with pytest.raises(Refused):
            check_may_see(actor, circle)


@pytest.mark.parametrize(
    ("actor", "circle", "decides"), [(*each[1:3], each[4]) for each in MATRIX], ids=[each[0] for each in MATRIX]
)
def test_who_may_decide(actor: Person | None, circle: Circle | None, decides: Standing | None) -> None:
    if decides is not None:
        assert check_may_decide(actor, circle) is decides
    else:
        with pytest.raises(Refused):
            check_may_decide(actor, circle)


@pytest.mark.parametrize(
    ("changed", "nearest"),
    [
        ([], "mia"),
        ([replace(MIA, active=False)], "top"),
        ([replace(MIA, active=False), replace(TOP, active=False)], None),
        ([replace(ANNA, manager_id=None)], None),
        ([replace(ANNA, manager_id="gone")], None),
        ([replace(ANNA, manager_id="anna")], None),
        ([replace(MIA, active=False, manager_id="anna")], None),
        ([replace(MIA, active=False), replace(TOP, active=False, manager_id="mia")], None),
    ],
    ids=[
        "the one above",
        "the next active one where that one left",
        "nobody where all above left",
        "nobody where none is named",
        "nobody where the one named is unknown",
        "nobody above oneself",
        "nobody where the line comes back to oneself",
        "nobody where the line runs in a circle",
    ],
)
def test_the_manager_is_the_nearest_active_person_above(changed: list[Person], nearest: str | None) -> None:
    people = PEOPLE | {each.id: each for each in changed}
    manager = manager_of(people["anna"], people)
    assert (manager.id if manager else None) == nearest


GONE = replace(ANNA, active=False)
TEAM = PEOPLE | {GONE.id: GONE}


@pytest.mark.parametrize(
    ("former", "changed", "keepers"),
    [
        (GONE, [], ["mia", "ada"]),
        (GONE, [replace(MIA, active=False)], ["top", "ada"]),
        (GONE, [replace(MIA, role=Role.OWNER)], ["ada"]),
        (replace(GONE, manager_id=None), [], ["ada"]),
        (replace(GONE, manager_id="ada"), [], ["ada"]),
        (None, [], ["ada"]),
        (GONE, [replace(MIA, active=False), replace(TOP, active=False), replace(ADMIN, active=False)], []),
    ],
    ids=["manager", "nearest active", "line without role", "no manager", "once each", "no owner", "nobody is left"],
)
def test_who_hears_of_the_accounts_of_someone_who_left(
    former: Person | None, changed: list[Person], keepers: list[str]
) -> None:
    people = TEAM | {each.id: each for each in changed}
    assert [each.id for each in keepers_of(former, people)] == keepers


@pytest.mark.parametrize(
    ("actor", "told", "may"),
    [
        (MIA, "mia", True),
        (MIA, "ada", True),
        (ADMIN, "ada", True),
        (ADMIN, "mia", False),
        (TOP, "mia", False),
        (BOB, "bob", False),
        (GONE, "anna", False),
        (DELEGATE, "mia", False),
        (replace(MIA, active=False), "mia", False),
        (replace(MIA, role=Role.OWNER), "mia", False),
        (None, None, False),
    ],
    ids=[
        "the manager", "the manager, if another was told", "an administrator who was told", "one who was not",
        "the manager's manager", "a peer", "who left", "a delegate", "a manager who left", "a manager by line only", "nobody",
    ],
)  # fmt: skip
def test_who_gives_away_the_accounts_of_someone_who_left(actor: Person | None, told: str | None, may: bool) -> None:
    if may:
        assert check_may_reassign(actor, GONE, TEAM, told=told) == actor
    else:
        with pytest.raises(Refused):
            check_may_reassign(actor, GONE, TEAM, told=told)


@pytest.mark.parametrize("former", [ANNA, None], ids=["an active owner", "an unknown owner"])
def test_nobody_gives_away_what_has_an_owner_or_none_that_we_know(former: Person | None) -> None:
    for actor in (MIA, ADMIN):
        with pytest.raises(Refused):
            check_may_reassign(actor, former, TEAM, told=actor.id)


def test_a_manager_gives_to_their_active_reports_and_an_administrator_to_anyone_active() -> None:
    assert {each.id for each in may_receive(MIA, TEAM)} == {"mia", "bob"}
    assert {each.id for each in may_receive(ADMIN, TEAM)} == TEAM.keys() - {"anna"}

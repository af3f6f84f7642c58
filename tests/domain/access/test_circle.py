"""Who may see and who may decide what somebody owns: every role, exactly."""

from __future__ import annotations

from dataclasses import replace

import pytest

from store.domain.access.rules import Circle, Standing, check_may_decide, check_may_see, manager_of
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

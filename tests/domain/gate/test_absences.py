"""Who may say that somebody is away, for how long, and who may stand in."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from store.domain.access.rules import check_may_set_absence, may_stand_in
from store.domain.crm.accounts import Person, Role
from store.domain.errors import Refused
from store.domain.gate.absences import Absence, absence_of, check_absence
from store.domain.gate.adjust_proposal import FieldProblems

NOW = datetime(2026, 3, 24, 7, 30, tzinfo=UTC)
TODAY = date(2026, 3, 24)
ADA = Person(id="ada", name="Ada Admin", email="ada@example.com", role=Role.ADMIN)
TOP = Person(id="top", name="Tom Top", email="tom@example.com", role=Role.MANAGER)
MIA = Person(id="mia", name="Mia Lind", email="mia@example.com", role=Role.MANAGER, manager_id="top")
ANNA = Person(id="anna", name="Anna Berg", email="anna@example.com", timezone="Asia/Tokyo", manager_id="mia")
BOB = Person(id="bob", name="Bob Chan", email="bob@example.com", manager_id="mia")
CORA = Person(id="cora", name="Cora Diaz", email="cora@example.com")
LEFT = Person(id="left", name="Leo Left", email="leo@example.com", active=False)
PEOPLE = {person.id: person for person in (ADA, TOP, MIA, ANNA, BOB, CORA, LEFT)}
OWNING = frozenset({"anna", "bob", "left"})


def away(**changes: object) -> Absence:
    chosen = {"first": TODAY, "last": TODAY + timedelta(days=3), "delegate_id": "bob"} | changes
    return absence_of(ANNA, set_by="anna", now=NOW, **chosen)  # type: ignore[arg-type]  # given as plain keywords


def problems(absence: Absence, *, others: tuple[Absence, ...] = ()) -> dict[str, str]:
    delegates = may_stand_in(ANNA, [*PEOPLE.values()], owning=OWNING)
    try:
        check_absence(absence, person=ANNA, people=PEOPLE, delegates=delegates, away=others)
    except FieldProblems as found:
        return dict(found.problems)
    return {}


def test_an_absence_lasts_from_the_first_midnight_to_the_end_of_the_last_day_where_the_person_is() -> None:
    absence = away()
    assert absence.starts == datetime(2026, 3, 23, 15, 0, tzinfo=UTC)
    assert absence.ends == datetime(2026, 3, 27, 15, 0, tzinfo=UTC)
    assert (absence.first_day(ANNA), absence.last_day(ANNA)) == (TODAY, date(2026, 3, 27))
    assert absence.covers(absence.starts)
    assert absence.covers(absence.ends - timedelta(seconds=1))
    assert not absence.covers(absence.ends)
    assert not absence.covers(absence.starts - timedelta(seconds=1))
    assert problems(absence) == {}


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"first": TODAY - timedelta(days=1)}, "first", "is in the past"),
        ({"last": TODAY - timedelta(days=1)}, "last", "before the first"),
        ({"last": TODAY + timedelta(days=400)}, "last", "at most a year"),
        ({"delegate_id": "anna"}, "delegate", "their own delegate"),
        ({"delegate_id": "cora"}, "delegate", "owns accounts or manages"),
        ({"delegate_id": "left"}, "delegate", "owns accounts or manages"),
        ({"delegate_id": "nobody"}, "delegate", "owns accounts or manages"),
    ],
)
def test_what_will_not_do_is_said_beside_its_field(changes: dict[str, object], field: str, sentence: str) -> None:
    found = problems(away(**changes))
    assert list(found) == [field]
    assert sentence in found[field]


def test_several_problems_are_said_at_once() -> None:
    assert set(problems(away(first=TODAY - timedelta(days=2), delegate_id="anna"))) == {"first", "delegate"}


@pytest.mark.parametrize(
    ("begins", "ends", "is_refused"),
    [(-3, 0, True), (3, 9, True), (1, 2, True), (4, 9, False), (-9, -2, False)],
)
def test_a_delegate_who_is_away_in_those_days_is_refused_by_name_and_date(
    begins: int, ends: int, is_refused: bool
) -> None:
    first, last = TODAY + timedelta(days=begins), TODAY + timedelta(days=ends)
    bobs = absence_of(BOB, first=first, last=last, delegate_id="mia", set_by="bob", now=NOW)
    found = problems(away(), others=(bobs,))
    assert ("delegate" in found) is is_refused
    if is_refused:
        assert found["delegate"].startswith(f"Bob Chan is away then too, until {last.day} {last:%b};")


def test_only_active_people_with_accounts_reports_or_a_role_may_stand_in() -> None:
    delegates = may_stand_in(ANNA, [*PEOPLE.values()], owning=OWNING)
    assert {person.id for person in delegates} == {"ada", "top", "mia", "bob"}


@pytest.mark.parametrize(
    ("actor", "may"),
    [(ANNA, True), (MIA, True), (ADA, True), (TOP, False), (BOB, False), (CORA, False), (LEFT, False)],
    ids=lambda each: each.id if isinstance(each, Person) else None,
)
def test_the_person_their_manager_and_administrators_set_an_absence_and_nobody_else(actor: Person, may: bool) -> None:
    if may:
        check_may_set_absence(actor, ANNA, PEOPLE)
    else:
        with pytest.raises(Refused):
            check_may_set_absence(actor, ANNA, PEOPLE)


def test_the_manager_above_sets_it_once_the_nearest_one_has_left() -> None:
    without = PEOPLE | {
        "mia": Person(id="mia", name="Mia", email="", role=Role.MANAGER, manager_id="top", active=False)
    }
    check_may_set_absence(TOP, ANNA, without)

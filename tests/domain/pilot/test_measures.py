"""The figures of a pilot add up, each with its denominator."""

from __future__ import annotations

from datetime import date

import pytest

from store.domain.pilot.measures import AGREED, OTHER, Cell, Share, Sitting, by_kind, by_person, by_week, kind_of, total
from store.domain.signals.kinds import SignalKind

FIRST, SECOND = date(2026, 11, 16), date(2026, 11, 23)
CELLS = [
    Cell(
        person_id="anna", week=FIRST, kind="no_activity",
        shown=6, opened=4, decided=4, accepted=3, executed=3, measured=2, improved=1,
    ),
    Cell(person_id="anna", week=SECOND, kind="task_overdue", shown=2, opened=2, decided=1, accepted=0),
    Cell(person_id="ben", week=FIRST, kind="no_activity", shown=5),
]  # fmt: skip
SITTINGS = [
    Sitting(person_id="anna", week=FIRST, opened=True, seconds=100.0),
    Sitting(person_id="anna", week=FIRST, opened=True, seconds=400.0),
    Sitting(person_id="anna", week=SECOND, opened=True, seconds=120.0),
    Sitting(person_id="ben", week=FIRST, opened=True),
    Sitting(person_id="ben", week=SECOND, opened=False),
]


def test_a_week_counts_once_for_each_person_and_is_used_if_one_of_its_briefs_was_opened() -> None:
    told = total(CELLS, SITTINGS)
    assert (told.people, told.use) == (2, Share(3, 4))
    assert (told.opened_briefs, told.briefs) == (4, 5)


def test_acceptance_is_a_share_of_decisions_and_improvement_of_measured_outcomes() -> None:
    told = total(CELLS, SITTINGS)
    assert told.acceptance == Share(3, 5)
    assert (told.shown, told.improved, told.measured) == (13, 1, 2)


def test_review_time_is_the_middle_of_the_briefs_that_have_one() -> None:
    told = total(CELLS, SITTINGS)
    assert told.review_seconds == 120
    assert told.quick == Share(2, 3)


def test_nothing_has_no_share_rather_than_none_of_something() -> None:
    told = total([], [])
    assert (told.acceptance.value, told.use.value, told.review_seconds) == (None, None, None)


def test_the_parts_add_up_to_the_whole() -> None:
    whole = total(CELLS, SITTINGS)
    for parts in (by_person(CELLS, SITTINGS), by_week(CELLS, SITTINGS)):
        assert sum(each.briefs for each in parts.values()) == whole.briefs
        assert sum(each.shown for each in parts.values()) == whole.shown
    assert {kind: each.shown for kind, each in by_kind(CELLS).items()} == {"no_activity": 11, "task_overdue": 2}


@pytest.mark.parametrize(
    ("key", "kind"),
    [
        ("a1:follow_up:no_activity:a1", SignalKind.NO_ACTIVITY),
        ("a1:update:close_date_passed:d7", SignalKind.CLOSE_DATE_PASSED),
        ("a1:step:t9", AGREED),
        ("a1:update:reassign_account:a1", OTHER),
        ("nothing", OTHER),
    ],
)
def test_a_key_names_the_kind_of_its_recommendation(key: str, kind: str) -> None:
    assert kind_of(key) == kind

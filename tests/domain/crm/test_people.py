"""Days where a person is."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from store.domain.crm.accounts import Person
from store.domain.crm.people import last_working_day, start_of

PERSON = Person(id="m", name="Max", email="m@example.com", timezone="Europe/Berlin")


@pytest.mark.parametrize(
    ("day", "before"),
    [
        (date(2026, 3, 24), date(2026, 3, 23)),
        (date(2026, 3, 23), date(2026, 3, 20)),  # Monday
        (date(2026, 4, 7), date(2026, 4, 2)),  # after Easter
    ],
)
def test_the_last_working_day_leaves_out_days_off_and_holidays(day: date, before: date) -> None:
    assert last_working_day(PERSON, day) == before


def test_someone_who_works_on_no_day_gets_the_last_ten() -> None:
    never = replace(PERSON, working_days=frozenset({9}))
    assert last_working_day(never, date(2026, 3, 24)) == date(2026, 3, 14)


def test_a_day_starts_where_the_person_is() -> None:
    assert start_of(PERSON, date(2026, 3, 24)).isoformat() == "2026-03-24T00:00:00+01:00"

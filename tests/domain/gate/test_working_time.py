"""A number of hours over someone's days off."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.domain.crm.accounts import Person
from store.domain.gate.absences import absence_of
from store.domain.gate.working_time import earlier, later, works_on

ANNA = Person(id="anna", name="Anna Berg", email="anna@example.com", timezone="Europe/Berlin")
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))
SPANS = st.integers(1, 400).map(lambda hours: timedelta(hours=hours))
PEOPLE = st.builds(
    Person,
    id=st.just("p"),
    name=st.just("P"),
    email=st.just("p@example.com"),
    timezone=st.sampled_from(("Europe/Berlin", "Asia/Tokyo", "America/New_York")),
    working_days=st.sets(st.integers(0, 6)).map(frozenset),
)


def at(day: int, hour: int, minute: int = 30) -> datetime:
    """A moment of March 2026 in Berlin. The 20th is a Friday; the clocks change on Sunday 29."""
    return datetime(2026, 3, day, hour, minute, tzinfo=ZoneInfo("Europe/Berlin"))


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        (at(16, 8), 72, at(19, 8)),  # Monday to Thursday
        (at(20, 8), 72, at(25, 8)),  # Friday's advice is there until Wednesday
        (at(20, 8), 24, at(23, 8)),
        (at(21, 12), 24, at(24, 0, 0)),  # what begins on Saturday has all of Monday
        (at(27, 8), 24, at(30, 8)),  # over the change of clocks
    ],
)
def test_a_working_day_counts_24_hours_and_a_day_off_none(start: datetime, hours: int, end: datetime) -> None:
    assert later(ANNA, start, timedelta(hours=hours)) == end


def test_national_holidays_count_none() -> None:
    thursday, wednesday = datetime(2026, 4, 2, 8, tzinfo=UTC), datetime(2026, 4, 8, 8, tzinfo=UTC)
    assert later(ANNA, thursday, timedelta(hours=48)) == wednesday  # Easter, from Friday to Monday


def test_days_of_absence_count_none() -> None:
    away = absence_of(
        ANNA, first=date(2026, 3, 17), last=date(2026, 3, 20), delegate_id="bob", set_by="anna", now=at(16, 8)
    )
    assert later(ANNA, at(16, 8), timedelta(hours=72), away=[away]) == at(25, 8)


@given(PEOPLE, MOMENTS, SPANS)
def test_time_never_ends_in_a_day_off_and_is_never_shorter_than_said(
    person: Person, start: datetime, span: timedelta
) -> None:
    end = later(person, start, span)
    local = end.astimezone(ZoneInfo(person.timezone))
    assert works_on(person, (local - timedelta(minutes=1)).date())
    assert end - start >= span - timedelta(hours=1)  # a spring night has an hour less


@given(PEOPLE, MOMENTS, SPANS)
def test_counting_back_from_the_end_leads_to_the_start_of_working_time(
    person: Person, start: datetime, span: timedelta
) -> None:
    zone = ZoneInfo(person.timezone)
    local = start.astimezone(zone)
    if works_on(person, local.date()) and local.hour > 3:  # no hour that a change of clocks repeats or leaves out
        back = earlier(person, later(person, start, span), span)
        assert abs(back - start) <= timedelta(hours=1)

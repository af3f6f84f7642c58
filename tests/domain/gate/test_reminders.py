"""Reminders and offers come in the reader's working hours, and never outside them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.domain.crm.accounts import Person
from store.domain.gate.remind_and_offer import asks_from, due_today, is_working, may_ask

ANNA = Person(id="anna", name="Anna Berg", email="anna@example.com", timezone="Europe/Berlin")
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of March 2026, before the clocks change: Berlin is an hour ahead. The 20th is a Friday."""
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("due", "expires_at", "begins"),
    [
        (at(18, 7, 30), at(19, 7, 30), at(18, 7, 30)),  # in working hours: then
        (at(18, 6), at(19, 6), at(18, 7)),  # before eight: at eight, with 23 hours left
        (at(18, 23, 30), at(19, 7, 30), at(18, 16)),  # in the night before it expires: at five in the afternoon
        (at(22, 23, 30), at(23, 7, 30), at(20, 16)),  # over a weekend: on Friday at five
        (at(21, 9), at(25, 9), at(23, 7)),  # on Saturday, with time: on Monday at eight
    ],
)
def test_what_is_due_out_of_hours_is_asked_after_them_if_there_is_time_and_before_if_not(
    due: datetime, expires_at: datetime, begins: datetime
) -> None:
    assert asks_from(ANNA, due=due, expires_at=expires_at) == begins
    assert may_ask(ANNA, now=begins, due=due, expires_at=expires_at)
    assert not may_ask(ANNA, now=begins - timedelta(minutes=1), due=due, expires_at=expires_at)


def test_nobody_is_asked_on_a_national_holiday() -> None:
    good_friday = datetime(2026, 4, 3, 9, tzinfo=UTC)
    assert not is_working(ANNA, good_friday)
    assert is_working(replace(ANNA, timezone="America/New_York"), good_friday + timedelta(hours=6))


def test_nobody_is_asked_what_expires_within_the_hour() -> None:
    assert not may_ask(ANNA, now=at(18, 9), due=at(18, 7), expires_at=at(18, 9, 59))


def test_what_is_due_later_today_goes_into_the_same_message() -> None:
    assert due_today(ANNA, now=at(18, 7), due=at(18, 13), expires_at=at(19, 13))
    assert not due_today(ANNA, now=at(18, 7), due=at(19, 7), expires_at=at(20, 7))


@given(MOMENTS, MOMENTS, st.integers(1, 200))
def test_nobody_is_ever_asked_at_night_or_on_a_day_off(now: datetime, due: datetime, hours: int) -> None:
    if may_ask(ANNA, now=now, due=due, expires_at=due + timedelta(hours=hours)):
        assert is_working(ANNA, now)


def test_somebody_without_working_days_works_on_all_of_them_by_day() -> None:
    nobody = Person(id="n", name="N", email="", timezone="UTC", working_days=frozenset())
    assert is_working(nobody, at(21, 12))
    assert not is_working(nobody, at(21, 3))

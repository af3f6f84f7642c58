"""Working time and the arithmetic of nightly looks."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.sandbox.world.diary import Diary, first_look_after, look_on
from integrations.sandbox.world.dice import seeded

ZONES = ["Europe/Berlin", "America/New_York", "Asia/Tokyo", "America/Los_Angeles", "Europe/London", "Australia/Sydney"]
moments = st.datetimes(datetime(2025, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)).map(
    lambda moment: moment.replace(microsecond=0)
)


@given(moment=moments)
def test_the_first_look_that_sees_a_moment_comes_after_it_and_the_one_before_does_not(moment: datetime) -> None:
    day = first_look_after(moment)

    assert look_on(day - timedelta(days=1)) <= moment < look_on(day)


@given(moment=moments, zone=st.sampled_from(ZONES))
def test_the_first_look_past_a_day_is_the_first_at_which_the_owners_calendar_says_so(
    moment: datetime, zone: str
) -> None:
    diary, day = Diary(zone, seeded(1)), moment.date()
    look = diary.first_look_past(day)

    assert diary.day_of(look_on(look)) > day >= diary.day_of(look_on(look - timedelta(days=1)))


def test_when_a_day_is_over_in_berlin_it_is_still_evening_in_los_angeles() -> None:
    day = date(2026, 6, 11)

    assert Diary("Europe/Berlin", seeded(1)).first_look_past(day) == date(2026, 6, 12)
    assert Diary("America/Los_Angeles", seeded(1)).first_look_past(day) == date(2026, 6, 13)


@given(moment=moments, zone=st.sampled_from(ZONES), seed=st.integers(0, 99))
def test_work_happens_in_office_hours_at_or_after_the_moment_and_within_four_days(
    moment: datetime, zone: str, seed: int
) -> None:
    at = Diary(zone, seeded(seed)).at_work(moment)

    local = at.astimezone(ZoneInfo(zone))
    assert moment <= at < moment + timedelta(days=4)
    assert local.weekday() < 5
    assert time(8, 40) <= local.time() <= time(17, 51)
    assert at.timetz() != time(6, tzinfo=UTC)


@given(moment=moments, zone=st.sampled_from(ZONES), seed=st.integers(0, 99))
def test_meetings_start_on_the_half_hour_and_never_at_the_moment_of_a_look(
    moment: datetime, zone: str, seed: int
) -> None:
    start = Diary(zone, seeded(seed)).slot(moment)

    assert start >= moment
    assert start.minute in (0, 30)
    assert start.second == 0
    assert start.timetz() != time(6, tzinfo=UTC)


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("end", [date(2026, 11, 20), date(2026, 7, 15)])
def test_last_afternoon_is_news_on_the_last_look_and_known_before_the_owners_last_morning(zone: str, end: date) -> None:
    at = Diary(zone, seeded(1)).last_afternoon(end)

    assert first_look_after(at) == end
    assert at < datetime.combine(end, time(7), ZoneInfo(zone))


def test_before_a_monday_the_last_afternoon_is_fridays() -> None:
    monday = date(2026, 11, 16)

    at = Diary("Europe/Berlin", seeded(1)).last_afternoon(monday)

    assert at.date() == monday - timedelta(days=3)

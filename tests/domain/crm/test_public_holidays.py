"""National holidays, by time zone."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from store.domain.crm.accounts import Person
from store.domain.crm.people import is_working_day, morning_after, working_morning_after
from store.domain.crm.public_holidays import country_of, is_public_holiday

ANNA = Person(id="anna", name="Anna Berg", email="anna@example.com", timezone="Europe/Berlin")


@pytest.mark.parametrize(
    ("timezone", "country"),
    [
        ("Europe/Berlin", "DE"),
        ("Europe/Oslo", "NO"),  # a link to Berlin in the tz database, another country all the same
        ("America/Los_Angeles", "US"),
        ("US/Pacific", "US"),  # a former name
        ("Asia/Calcutta", "IN"),
        ("UTC", None),
        ("Etc/GMT+3", None),
        ("Middle/Earth", None),
    ],
)
def test_a_time_zone_names_one_country(timezone: str, country: str | None) -> None:
    assert country_of(timezone) == country


@pytest.mark.parametrize(
    ("timezone", "day", "holiday"),
    [
        ("Europe/Berlin", date(2026, 4, 3), True),  # Good Friday
        ("America/New_York", date(2026, 4, 3), False),
        ("America/New_York", date(2026, 11, 26), True),  # Thanksgiving
        ("Europe/Berlin", date(2026, 11, 26), False),
        ("UTC", date(2026, 12, 25), False),
    ],
)
def test_holidays_are_those_of_the_country(timezone: str, day: date, holiday: bool) -> None:
    assert is_public_holiday(timezone, day) is holiday


def test_easter_is_no_working_day_in_berlin() -> None:
    assert not is_working_day(ANNA, date(2026, 4, 6))
    thursday = datetime(2026, 4, 2, 9, tzinfo=UTC)
    berlin = ZoneInfo("Europe/Berlin")
    assert morning_after(ANNA, thursday, days=1) == datetime(2026, 4, 7, tzinfo=berlin)
    assert working_morning_after(ANNA, thursday, days=2) == datetime(2026, 4, 8, tzinfo=berlin)

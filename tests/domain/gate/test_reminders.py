"""Reminders come in working hours, unless those would be too late."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from store.domain.crm.accounts import Person
from store.domain.gate.remind_and_offer import is_working, may_remind

ANNA = Person(id="anna", name="Anna Berg", email="anna@example.com", timezone="Europe/Berlin")


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of March 2026, before the clocks change: Berlin is an hour ahead. The 20th is a Friday."""
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "expires_at", "may"),
    [
        (at(20, 7), at(21, 7), True),  # Friday, eight in the morning
        (at(20, 6, 59), at(20, 22), False),  # a minute before eight: the day is still to come
        (at(20, 16, 59), at(23, 12), True),  # Friday, a minute before six
        (at(20, 17), at(23, 12), False),  # six in the evening: Monday morning is early enough
        (at(21, 12), at(23, 8, 1), False),  # Saturday: Monday at eight leaves an hour and a minute
        (at(21, 12), at(23, 7, 59), True),  # Saturday: Monday at eight would leave less than an hour
        (at(22, 3), at(22, 23), True),  # it expires on Sunday, so Sunday night it is
    ],
)
def test_a_reminder_waits_for_a_working_hour_that_leaves_time(now: datetime, expires_at: datetime, may: bool) -> None:
    assert may_remind(ANNA, now=now, expires_at=expires_at) is may


def test_somebody_without_working_days_is_reminded_by_day_only_where_that_leaves_time() -> None:
    nobody = Person(id="n", name="N", email="", timezone="UTC", working_days=frozenset())
    assert not is_working(nobody, at(20, 12))
    assert not may_remind(nobody, now=at(20, 3), expires_at=at(20, 12))
    assert may_remind(nobody, now=at(20, 3), expires_at=at(20, 8))

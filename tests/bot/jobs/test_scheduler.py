"""When a brief is due, and when the next one comes: local time, working days, clocks that change."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time

import pytest

from bot.jobs.scheduler import is_due, next_brief
from store.domain.accounts import Person

EIGHT = time(8, 0)
BERLIN = Person(id="1", name="Anna Berg", email="anna@example.com", timezone="Europe/Berlin")
TOKYO = replace(BERLIN, timezone="Asia/Tokyo")
NEW_YORK = replace(BERLIN, timezone="America/New_York")


@pytest.mark.parametrize(
    ("owner", "now", "due"),
    [
        (BERLIN, datetime(2026, 3, 24, 6, 59, tzinfo=UTC), False),
        (BERLIN, datetime(2026, 3, 24, 7, 0, tzinfo=UTC), True),
        (BERLIN, datetime(2026, 3, 30, 6, 0, tzinfo=UTC), True),  # summer time since the day before
        (TOKYO, datetime(2026, 3, 23, 23, 0, tzinfo=UTC), True),  # Tuesday there
        (TOKYO, datetime(2026, 3, 27, 23, 0, tzinfo=UTC), False),  # Saturday there
        (NEW_YORK, datetime(2026, 3, 24, 11, 59, tzinfo=UTC), False),
        (NEW_YORK, datetime(2026, 3, 24, 12, 0, tzinfo=UTC), True),
        (replace(BERLIN, active=False), datetime(2026, 3, 24, 9, 0, tzinfo=UTC), False),
        (replace(BERLIN, working_days=frozenset({2})), datetime(2026, 3, 24, 9, 0, tzinfo=UTC), False),
    ],
)
def test_a_brief_is_due_from_the_local_brief_time_of_a_working_day(owner: Person, now: datetime, due: bool) -> None:
    assert is_due(owner, now=now, brief_time=EIGHT) is due


def test_the_next_brief_skips_the_weekend_and_the_change_of_the_clocks() -> None:
    friday = datetime(2026, 3, 27, 7, 0, tzinfo=UTC)
    assert next_brief(BERLIN, now=friday, brief_time=EIGHT).astimezone(UTC) == datetime(2026, 3, 30, 6, 0, tzinfo=UTC)


def test_before_todays_brief_the_next_one_is_todays() -> None:
    now = datetime(2026, 3, 24, 6, 59, tzinfo=UTC)
    assert next_brief(BERLIN, now=now, brief_time=EIGHT).astimezone(UTC) == datetime(2026, 3, 24, 7, 0, tzinfo=UTC)


def test_who_works_on_no_day_at_all_gets_an_answer_all_the_same() -> None:
    nobody = replace(BERLIN, working_days=frozenset())
    now = datetime(2026, 3, 24, 9, 0, tzinfo=UTC)
    assert next_brief(nobody, now=now, brief_time=EIGHT).date().isoformat() == "2026-03-25"

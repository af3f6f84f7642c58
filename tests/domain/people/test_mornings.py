"""When a brief is due, and when the next one comes: a person's own time, days, holidays and pause, and clocks that change."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time

import pytest

from store.domain.crm.accounts import Person
from store.domain.crm.personal_settings import Pause, PersonalSettings
from store.domain.people.mornings import is_due, next_brief

EIGHT = time(8, 0)
BERLIN = Person(id="1", name="Anna Berg", email="anna@example.com", timezone="Europe/Berlin")
TOKYO = replace(BERLIN, timezone="Asia/Tokyo")
NEW_YORK = replace(BERLIN, timezone="America/New_York")


def with_own(owner: Person = BERLIN, **settings: object) -> Person:
    return replace(owner, settings=PersonalSettings(**settings))  # type: ignore[arg-type]  # given as keywords


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type,misc]  # as many parts as a moment needs


def next_of(owner: Person, now: datetime) -> datetime | None:
    found = next_brief(owner, now=now, brief_time=EIGHT)
    return found.astimezone(UTC) if found else None


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
    assert next_of(BERLIN, friday) == datetime(2026, 3, 30, 6, 0, tzinfo=UTC)


def test_before_todays_brief_the_next_one_is_todays() -> None:
    now = datetime(2026, 3, 24, 6, 59, tzinfo=UTC)
    assert next_of(BERLIN, now) == datetime(2026, 3, 24, 7, 0, tzinfo=UTC)


def test_someone_who_works_on_no_day_at_all_gets_an_answer_all_the_same() -> None:
    nobody = replace(BERLIN, working_days=frozenset())
    now = datetime(2026, 3, 24, 9, 0, tzinfo=UTC)
    assert next_of(nobody, now) == datetime(2026, 3, 25, 7, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("owner", "now", "due"),
    [
        (with_own(brief_time=time(9, 30)), utc(2026, 3, 24, 8, 29), False),
        (with_own(brief_time=time(9, 30)), utc(2026, 3, 24, 8, 30), True),
        (with_own(brief_time=time(0, 0)), utc(2026, 3, 23, 23, 0), True),  # the first minute of Tuesday
        (with_own(working_days=frozenset({1, 5})), utc(2026, 3, 28, 7, 0), True),  # a Saturday
        (with_own(working_days=frozenset({1, 5})), utc(2026, 3, 25, 7, 0), False),
        (with_own(country="DE"), utc(2026, 4, 3, 7, 0), False),  # Good Friday
        (with_own(country="US"), utc(2026, 4, 3, 7, 0), True),
        (with_own(country=""), utc(2026, 4, 3, 7, 0), True),
        (BERLIN, utc(2026, 4, 3, 7, 0), True),  # no country named: the brief comes, though no reminder does
        (with_own(country="DE", region="BY"), utc(2026, 1, 6, 8, 0), False),  # Epiphany
        (with_own(country="DE", region="BE"), utc(2026, 1, 6, 8, 0), True),
        (with_own(pause=Pause(until=date(2026, 3, 25))), utc(2026, 3, 24, 9, 0), False),
        (with_own(pause=Pause(until=date(2026, 3, 25))), utc(2026, 3, 25, 9, 0), True),
        (with_own(pause=Pause()), utc(2026, 3, 24, 9, 0), False),
    ],
)
def test_a_persons_own_time_days_holidays_and_pause_come_first(owner: Person, now: datetime, due: bool) -> None:
    assert is_due(owner, now=now, brief_time=EIGHT) is due


def test_a_time_that_the_clocks_skip_comes_an_hour_later_that_day_and_on_time_the_next() -> None:
    early = with_own(brief_time=time(2, 30), working_days=frozenset({6, 0}))
    assert next_of(early, utc(2026, 3, 28, 20)) == utc(2026, 3, 29, 1, 30)  # 03:30, since there is no 02:30
    assert not is_due(early, now=utc(2026, 3, 29, 1, 29), brief_time=EIGHT)
    assert is_due(early, now=utc(2026, 3, 29, 1, 30), brief_time=EIGHT)
    assert next_of(early, utc(2026, 3, 29, 1, 30)) == utc(2026, 3, 30, 0, 30)


def test_a_time_that_comes_twice_is_due_the_first_time_and_stays_due() -> None:
    early = with_own(brief_time=time(2, 30), working_days=frozenset({6}))
    moments = [utc(2026, 10, 25, 0, 29), utc(2026, 10, 25, 0, 30), utc(2026, 10, 25, 1, 10)]
    assert [is_due(early, now=moment, brief_time=EIGHT) for moment in moments] == [False, True, True]


def test_an_endless_pause_has_no_next_brief_and_another_ends_on_its_day() -> None:
    now = utc(2026, 3, 24, 9)
    assert next_of(with_own(pause=Pause()), now) is None
    assert next_of(with_own(pause=Pause(until=date(2026, 4, 4))), now) == utc(2026, 4, 6, 6)  # a Saturday, so on Monday


def test_a_brief_that_came_is_not_announced_again_if_its_time_moves_to_later_that_day() -> None:
    now = utc(2026, 3, 24, 7, 30)
    late = with_own(brief_time=time(18))
    found = next_brief(late, now=now, brief_time=EIGHT, after=date(2026, 3, 24))
    assert found is not None
    assert found.astimezone(UTC) == utc(2026, 3, 25, 17)
    assert next_of(late, now) == utc(2026, 3, 24, 17)

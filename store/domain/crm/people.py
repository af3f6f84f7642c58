"""Dates and hours where a person is; their own settings come first, then the installation's. Pure."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from store.domain.crm.accounts import Person
from store.domain.crm.personal_settings import PersonalSettings
from store.domain.crm.public_holidays import is_holiday_in, is_public_holiday

# Without a word from anyone, nothing is asked of people from the second until the first.
WORKING_HOURS = (time(8), time(18))
MIDNIGHT = time()
_LONGEST_REST = timedelta(days=10)


def local_day(person: Person, now: datetime) -> date:
    """The calendar date where this person is."""
    return now.astimezone(ZoneInfo(person.timezone)).date()


def start_of(person: Person, day: date) -> datetime:
    """The day's first moment where this person is."""
    return datetime.combine(day, MIDNIGHT, ZoneInfo(person.timezone))


def working_days_of(person: Person) -> frozenset[int]:
    """Their weekdays, Monday as 0; empty if no one named any."""
    named = (person.settings.working_days, person.usual.working_days)
    return next((each for each in named if each is not None), person.working_days)


def working_hours_of(person: Person) -> tuple[time, time]:
    """From when until when reminders and offers may come on their working days; until 00:00 is until midnight."""
    quiet = person.settings.quiet or person.usual.quiet
    return WORKING_HOURS if quiet is None else (quiet[1], quiet[0])


def holidays_named(person: Person) -> PersonalSettings:
    """The settings that name a country: their own, else the installation's."""
    return person.usual if person.settings.country is None else person.settings


def is_holiday(person: Person, day: date) -> bool:
    """Whether it is a public holiday in the region or country that is named for them, else in the country of their time zone."""
    by_zone = holidays_named(person).country is None
    return is_public_holiday(person.timezone, day) if by_zone else is_named_holiday(person, day)


def is_named_holiday(person: Person, day: date) -> bool:
    """Whether it is a public holiday of the country that is named for them."""
    named = holidays_named(person)
    return bool(named.country) and is_holiday_in(named.country or "", named.region, day)


def is_own_weekday(person: Person, day: date) -> bool:
    """Whether its weekday is one of theirs; every one is for someone without working days."""
    days = working_days_of(person)
    return not days or day.weekday() in days


def is_working_day(person: Person, day: date) -> bool:
    """Whether they work on it where they are: on one of their weekdays that is no public holiday."""
    return is_own_weekday(person, day) and not is_holiday(person, day)


def last_working_day(person: Person, day: date) -> date:
    """Their working day before this one; at most ten days before it."""
    before = day - timedelta(days=1)
    while not is_working_day(person, before) and day - before < _LONGEST_REST:
        before -= timedelta(days=1)
    return before


def morning_after(person: Person, now: datetime, *, days: int) -> datetime:
    """The start of the person's first working day in so many days or later: before that day's brief is made."""
    day = local_day(person, now) + timedelta(days=days)
    while not is_working_day(person, day):
        day += timedelta(days=1)
    return start_of(person, day)


def working_morning_after(person: Person, now: datetime, *, days: int) -> datetime:
    """The start of the person's next working day but so many: with 1, of the next one."""
    morning = now
    for _ in range(days):
        morning = morning_after(person, morning, days=1)
    return morning

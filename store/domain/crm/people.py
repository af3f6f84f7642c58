"""Dates where a person is. Pure."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from store.domain.crm.accounts import Person
from store.domain.crm.public_holidays import is_public_holiday


def local_day(person: Person, now: datetime) -> date:
    """The calendar date where this person is."""
    return now.astimezone(ZoneInfo(person.timezone)).date()


def is_working_day(person: Person, day: date) -> bool:
    """Whether they work on it where they are. Someone without working days in the CRM works on all but national holidays."""
    if person.working_days and day.weekday() not in person.working_days:
        return False
    return not is_public_holiday(person.timezone, day)


def morning_after(person: Person, now: datetime, *, days: int) -> datetime:
    """The start of the person's first working day in so many days or later: before that day's brief is made."""
    day = local_day(person, now) + timedelta(days=days)
    while not is_working_day(person, day):
        day += timedelta(days=1)
    return datetime.combine(day, time(), ZoneInfo(person.timezone))


def working_morning_after(person: Person, now: datetime, *, days: int) -> datetime:
    """The start of the person's next working day but so many: with 1, of the next one."""
    morning = now
    for _ in range(days):
        morning = morning_after(person, morning, days=1)
    return morning

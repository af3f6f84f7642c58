"""Dates where a person is. Pure."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from store.domain.crm.accounts import Person


def local_day(person: Person, now: datetime) -> date:
    """The calendar date where this person is."""
    return now.astimezone(ZoneInfo(person.timezone)).date()


def morning_after(person: Person, now: datetime, *, days: int) -> datetime:
    """The start of the person's first working day in so many days or later: before that day's brief is made."""
    day = local_day(person, now) + timedelta(days=days)
    while person.working_days and day.weekday() not in person.working_days:
        day += timedelta(days=1)
    return datetime.combine(day, time(), ZoneInfo(person.timezone))


def working_morning_after(person: Person, now: datetime, *, days: int) -> datetime:
    """The start of the person's next working day but so many: with 1, of the next one."""
    morning = now
    for _ in range(days):
        morning = morning_after(person, morning, days=1)
    return morning

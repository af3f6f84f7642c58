"""Working time as a person counts it: Monday to Friday, eight to six, where they are, without their holidays and days away."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import holidays

_COUNTRIES = {
    "Europe/Berlin": "DE",
    "Europe/London": "GB",
    "America/New_York": "US",
    "America/Los_Angeles": "US",
    "Asia/Tokyo": "JP",
    "Australia/Sydney": "AU",
    "Pacific/Auckland": "NZ",
    "Pacific/Honolulu": "US",
}
_BEGIN, _END, _WORK, _DAY = time(8), time(18), timedelta(hours=10), timedelta(days=1)


@cache
def is_working_day(day: date, zone: str) -> bool:
    return day.weekday() < 5 and day not in _holidays(zone, day.year)


def at_work(moment: datetime, zone: str) -> bool:
    local = moment.astimezone(ZoneInfo(zone))
    return is_working_day(local.date(), zone) and _BEGIN <= local.time() < _END


def hours_at_work(start: datetime, end: datetime, zone: str, *, away: Collection[date] = ()) -> float:
    """The working hours between two moments."""
    return _within(start, end, zone, away, begin=_BEGIN, length=_WORK) / timedelta(hours=1)


def working_days(start: datetime, end: datetime, zone: str, *, away: Collection[date] = ()) -> float:
    """The days between two moments, of which weekends, holidays and days away don't count."""
    return _within(start, end, zone, away, begin=time(), length=_DAY) / _DAY


def _within(
    start: datetime, end: datetime, zone: str, away: Collection[date], *, begin: time, length: timedelta
) -> timedelta:
    """The time between two moments that lies in the part of a working day from `begin` on."""
    tz, found = ZoneInfo(zone), timedelta()
    day = start.astimezone(tz).date()
    while day <= end.astimezone(tz).date():
        if is_working_day(day, zone) and day not in away:
            begins = datetime.combine(day, begin, tzinfo=tz)
            found += max(timedelta(), min(end, begins + length) - max(start, begins))
        day += _DAY
    return found


@cache
def _holidays(zone: str, year: int) -> frozenset[date]:
    country = _COUNTRIES.get(zone)
    return frozenset(holidays.country_holidays(country, years=year)) if country else frozenset()

"""Working time as a person counts it: Monday to Friday, eight to six, where they are, without their days away."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_BEGIN, _END, _DAY = time(8), time(18), timedelta(days=1)


def at_work(moment: datetime, zone: str) -> bool:
    local = moment.astimezone(ZoneInfo(zone))
    return local.weekday() < 5 and _BEGIN <= local.time() < _END


def hours_at_work(start: datetime, end: datetime, zone: str, *, away: Collection[date] = ()) -> float:
    """The working hours between two moments."""
    tz, found = ZoneInfo(zone), timedelta()
    day = start.astimezone(tz).date()
    while day <= end.astimezone(tz).date():
        if day.weekday() < 5 and day not in away:
            begins, ends = datetime.combine(day, _BEGIN, tzinfo=tz), datetime.combine(day, _END, tzinfo=tz)
            found += max(timedelta(), min(end, ends) - max(start, begins))
        day += _DAY
    return found / timedelta(hours=1)


def working_days(start: datetime, end: datetime, zone: str, *, away: Collection[date] = ()) -> float:
    """The days between two moments, of which weekends and days away don't count."""
    tz, found = ZoneInfo(zone), timedelta()
    day = start.astimezone(tz).date()
    while day <= end.astimezone(tz).date():
        if day.weekday() < 5 and day not in away:
            begins = datetime.combine(day, time(), tzinfo=tz)
            ends = datetime.combine(day + _DAY, time(), tzinfo=tz)
            found += max(timedelta(), min(end, ends) - max(start, begins))
        day += _DAY
    return found / _DAY

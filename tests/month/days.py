"""The moments at which a simulated month stops: around everyone's brief, and every six hours, weekends included.

The CRM is read ten minutes before a brief, as by the real clock; people sit down twenty minutes after it. At a moment in
between nothing is due that isn't due at the next one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_AROUND_A_BRIEF = (timedelta(minutes=-10), timedelta(), timedelta(minutes=20))
_EVERY = timedelta(hours=6)
_WARM_UP = 5  # weeks of history that the bot has read before the first morning


def moments(first: date, last: date, *, brief_time: time, zones: Iterable[str]) -> Iterator[datetime]:
    """From the evening before the first day, when its morning begins in the east, to the end of the last one, in UTC."""
    known = sorted(set(zones))
    begin = datetime.combine(first - timedelta(days=1), time(18, 20), tzinfo=UTC)
    end = datetime.combine(last + timedelta(days=1), time(), tzinfo=UTC)
    found = {begin + number * _EVERY for number in range((end - begin) // _EVERY + 1)}
    day = first
    while day <= last:
        for zone in known if day.weekday() < 5 else ():
            brief = datetime.combine(day, brief_time, tzinfo=ZoneInfo(zone)).astimezone(UTC)
            found |= {brief + each for each in _AROUND_A_BRIEF}
        day += timedelta(days=1)
    return (each for each in sorted(found) if begin <= each < end)


def nights_before(first: date) -> list[datetime]:
    """When the bot reads the CRM in the weeks before: once a week, and in the last two nights."""
    morning = datetime.combine(first, time(4), tzinfo=UTC)
    back = [*(7 * week for week in range(_WARM_UP, 0, -1)), 2]
    return [morning - timedelta(days=each) for each in back]

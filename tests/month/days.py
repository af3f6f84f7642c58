"""The moments at which a simulated month stops: around everyone's brief, when their working day begins and in its last hour,
and every six hours, weekends included.

The CRM is read ten minutes before a brief, as by the real clock; people sit down twenty minutes after it. Reminders and
offers are due when a reader's working day begins or in its last hour. At a moment in between nothing is due that isn't due at the
next one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_AROUND_A_BRIEF = (timedelta(minutes=-10), timedelta(), timedelta(minutes=20))
_ASKS_AGAIN = (time(8, 1), time(17, 1))
_EVERY = timedelta(hours=6)
_WARM_UP = 5  # weeks of history that the bot has read before the first morning


@dataclass(frozen=True, slots=True, order=True)
class Moment:
    """A moment in UTC. If only reminders and offers are due then, it `asks` alone: the CRM is not read."""

    at: datetime
    asks: bool = False


def moments(first: date, last: date, *, brief_time: time, zones: Iterable[str]) -> Iterator[Moment]:
    """From the evening before the first day, when its morning begins in the east, to the end of the last one."""
    known = sorted(set(zones))
    begin = datetime.combine(first - timedelta(days=1), time(18, 20), tzinfo=UTC)
    end = datetime.combine(last + timedelta(days=1), time(), tzinfo=UTC)
    found = {begin + number * _EVERY for number in range((end - begin) // _EVERY + 1)}
    asking: set[datetime] = set()
    day = first
    while day <= last:
        for zone in map(ZoneInfo, known) if day.weekday() < 5 else ():
            brief = datetime.combine(day, brief_time, tzinfo=zone).astimezone(UTC)
            found |= {brief + each for each in _AROUND_A_BRIEF}
            asking |= {datetime.combine(day, each, tzinfo=zone).astimezone(UTC) for each in _ASKS_AGAIN}
        day += timedelta(days=1)
    every = [*(Moment(each) for each in found), *(Moment(each, asks=True) for each in asking - found)]
    return (each for each in sorted(every) if begin <= each.at < end)


def nights_before(first: date) -> list[datetime]:
    """When the bot reads the CRM in the weeks before: once a week, and in the last two nights."""
    morning = datetime.combine(first, time(4), tzinfo=UTC)
    back = [*(7 * week for week in range(_WARM_UP, 0, -1)), 2]
    return [morning - timedelta(days=each) for each in back]

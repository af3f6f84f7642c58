"""When to remind someone: in their working hours, unless that would be too late. Pure."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from store.domain.crm.accounts import Person

WORKING_HOURS = (time(8), time(18))
# A reminder that leaves less time than this is useless.
LEAST_TIME_LEFT = timedelta(hours=1)


def is_working(person: Person, now: datetime) -> bool:
    """Whether it is between 08:00 and 18:00 on a working day, in the person's time zone."""
    local = now.astimezone(ZoneInfo(person.timezone))
    begin, end = WORKING_HOURS
    return local.weekday() in person.working_days and begin <= local.time() < end


def may_remind(person: Person, *, now: datetime, expires_at: datetime) -> bool:
    """Whether to remind the person now of a proposal that expires then: in a working hour, or if no later one is early
    enough."""
    return is_working(person, now) or _next_working_hour(person, now) + LEAST_TIME_LEFT > expires_at


def next_working_moment(person: Person, now: datetime) -> datetime:
    """Now, if the person works now; else when they next begin to."""
    return now if is_working(person, now) else _next_working_hour(person, now)


def _next_working_hour(person: Person, now: datetime) -> datetime:
    zone = ZoneInfo(person.timezone)
    local = now.astimezone(zone)
    begin = datetime.combine(local.date(), WORKING_HOURS[0], tzinfo=zone)
    days = person.working_days or frozenset(range(7))
    while begin <= local or begin.weekday() not in days:
        begin = datetime.combine(begin.date() + timedelta(days=1), WORKING_HOURS[0], tzinfo=zone)
    return begin

"""When to remind someone of a decision or to offer it: in the reader's working hours, and in no others. Pure."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from store.domain.crm.accounts import Person
from store.domain.gate.working_time import works_on

WORKING_HOURS = (time(8), time(18))
# A question that can't wait for the next working day is asked in the last hour of this one.
LAST_HOUR = time(17)
# A message that leaves less time than this is useless.
LEAST_TIME_LEFT = timedelta(hours=1)
_DAY = timedelta(days=1)


def is_working(person: Person, now: datetime) -> bool:
    """Whether it is between 08:00 and 18:00 on a working day, in the person's time zone."""
    local = now.astimezone(ZoneInfo(person.timezone))
    begin, end = WORKING_HOURS
    return works_on(person, local.date()) and begin <= local.time() < end


def may_ask(reader: Person, *, now: datetime, due: datetime, expires_at: datetime) -> bool:
    """Whether to ask the reader now about a decision due then: in a working hour that leaves them time."""
    if not is_working(reader, now) or expires_at - now < LEAST_TIME_LEFT:
        return False
    return now >= asks_from(reader, due=due, expires_at=expires_at)


def due_today(reader: Person, *, now: datetime, due: datetime, expires_at: datetime) -> bool:
    """Whether the reader is asked about it today anyway, so that it goes into a message that leaves now."""
    zone = ZoneInfo(reader.timezone)
    begins = asks_from(reader, due=due, expires_at=expires_at).astimezone(zone).date()
    return begins <= now.astimezone(zone).date()


def asks_from(reader: Person, *, due: datetime, expires_at: datetime) -> datetime:
    """The first working moment after it is due if that leaves half of the time until it expires, else the last hour of the
    working day before."""
    after = next_working_moment(reader, due)
    return after if expires_at - after >= (expires_at - due) / 2 else _last_working_hour(reader, due)


def next_working_moment(person: Person, now: datetime) -> datetime:
    """Now, if the person works now; else when they next begin to."""
    return now if is_working(person, now) else _next_working_hour(person, now)


def _next_working_hour(person: Person, now: datetime) -> datetime:
    zone = ZoneInfo(person.timezone)
    local = now.astimezone(zone)
    begin = datetime.combine(local.date(), WORKING_HOURS[0], tzinfo=zone)
    while begin <= local or not works_on(person, begin.date()):
        begin = datetime.combine(begin.date() + _DAY, WORKING_HOURS[0], tzinfo=zone)
    return begin


def _last_working_hour(person: Person, now: datetime) -> datetime:
    zone = ZoneInfo(person.timezone)
    local = now.astimezone(zone)
    begin = datetime.combine(local.date(), LAST_HOUR, tzinfo=zone)
    while begin > local or not works_on(person, begin.date()):
        begin = datetime.combine(begin.date() - _DAY, LAST_HOUR, tzinfo=zone)
    return begin

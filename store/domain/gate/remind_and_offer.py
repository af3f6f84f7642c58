"""When to remind someone of a decision or to offer it: in the reader's working hours, and in no others. Pure."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from store.domain.crm.accounts import Person
from store.domain.crm.people import MIDNIGHT, working_hours_of
from store.domain.gate.working_time import works_on

# A question that can't wait for the next working day is asked in the last hour of this one.
LAST_HOUR = timedelta(hours=1)
# A message that leaves less time than this is useless.
LEAST_TIME_LEFT = timedelta(hours=1)
_DAY = timedelta(days=1)


def is_working(person: Person, now: datetime) -> bool:
    """Whether it is a working hour, between 08:00 and 18:00 unless they set their own, on a working day where the person is."""
    local = now.astimezone(ZoneInfo(person.timezone))
    begin, end = working_hours_of(person)
    return works_on(person, local.date()) and begin <= local.time() and (local.time() < end or end == MIDNIGHT)


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
    first, _ = working_hours_of(person)
    begin = datetime.combine(local.date(), first, tzinfo=zone)
    while begin <= local or not works_on(person, begin.date()):
        begin = datetime.combine(begin.date() + _DAY, first, tzinfo=zone)
    return begin


def _last_working_hour(person: Person, now: datetime) -> datetime:
    zone = ZoneInfo(person.timezone)
    local = now.astimezone(zone)
    day = local.date()
    while (begin := _last_hour(person, day)) > local or not works_on(person, day):
        day -= _DAY
    return begin


def _last_hour(person: Person, day: date) -> datetime:
    _, end = working_hours_of(person)
    ends = datetime.combine(day + _DAY if end == MIDNIGHT else day, end)
    return (ends - LAST_HOUR).replace(tzinfo=ZoneInfo(person.timezone))

"""When a person's brief comes: at their time, on their working days, unless they paused it. Pure."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from store.domain.crm.accounts import Person
from store.domain.crm.people import is_named_holiday, is_own_weekday, local_day

_AHEAD = 400  # days, longer than any pause


def brief_time_of(person: Person, default: time) -> time:
    """The local time of their brief; `default` is the installation's."""
    own = person.settings.brief_time
    return default if own is None else own


def brief_moment(person: Person, day: date, *, default: time) -> datetime:
    """When the brief of that day is due. A time that the clocks skip that day counts by the offset before, as in RFC 5545
    (3.3.5): 02:30 becomes 03:30. Of one that comes twice, it is the first."""
    return datetime.combine(day, brief_time_of(person, default), ZoneInfo(person.timezone)).astimezone(UTC)


def brief_day(person: Person, *, now: datetime, default: time) -> date:
    """The day whose brief is their latest: until the time of today's, the day before."""
    begins = brief_time_of(person, default)
    return local_day(person, now - timedelta(hours=begins.hour, minutes=begins.minute))


def comes_on(person: Person, day: date) -> bool:
    """Whether a brief comes that day: on one of their weekdays, unless it is a holiday of a named country, or paused."""
    pause = person.settings.pause
    if pause is not None and pause.covers(day):
        return False
    return is_own_weekday(person, day) and not is_named_holiday(person, day)


def is_due(owner: Person, *, now: datetime, brief_time: time) -> bool:
    """Whether the owner's brief for today is due."""
    day = local_day(owner, now)
    return owner.active and comes_on(owner, day) and now >= brief_moment(owner, day, default=brief_time)


def next_brief(owner: Person, *, now: datetime, brief_time: time, after: date | None = None) -> datetime | None:
    """The time of the owner's next brief, in their zone; None while they have no day for one, as in an endless pause. `after` is a
    day whose brief they have, though its time may lie ahead."""
    today = local_day(owner, now)
    days = (today + timedelta(days=ahead) for ahead in range(_AHEAD))
    left = (day for day in days if comes_on(owner, day) and (after is None or day > after))
    found = next((at for day in left if (at := brief_moment(owner, day, default=brief_time)) > now), None)
    return found.astimezone(ZoneInfo(owner.timezone)) if found else None

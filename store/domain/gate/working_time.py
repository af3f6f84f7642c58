"""Working time: what a number of hours means over someone's days off. Pure.

A working day counts 24 hours, from midnight to midnight where the person is; a day off, a national holiday or a day of absence
counts none. So 24 hours after Friday at 8:30 it is Monday at 8:30.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from store.domain.crm.accounts import Person
from store.domain.crm.people import is_working_day
from store.domain.gate.absences import Absence

_DAY = timedelta(days=1)


def works_on(person: Person, day: date, away: Collection[Absence] = ()) -> bool:
    """Whether it is a working day of theirs on which they aren't away."""
    return is_working_day(person, day) and not any(
        each.first_day(person) <= day <= each.last_day(person) for each in away
    )


def later(person: Person, start: datetime, span: timedelta, *, away: Collection[Absence] = ()) -> datetime:
    """The moment at which so much working time has passed since `start`."""
    at, left = _local(person, start), span
    while True:
        midnight = datetime.combine(at.date() + _DAY, time())
        if works_on(person, at.date(), away):
            if left <= midnight - at:
                return _moment(person, at + left)
            left -= midnight - at
        at = midnight


def earlier(person: Person, end: datetime, span: timedelta) -> datetime:
    """The moment from which so much working time is left until `end`."""
    at, left = _local(person, end), span
    while True:
        midnight = datetime.combine((at - timedelta.resolution).date(), time())
        if works_on(person, midnight.date()):
            if left <= at - midnight:
                return _moment(person, at - left)
            left -= at - midnight
        at = midnight


def _local(person: Person, moment: datetime) -> datetime:
    """What the clock shows where the person is."""
    return moment.astimezone(ZoneInfo(person.timezone)).replace(tzinfo=None)


def _moment(person: Person, local: datetime) -> datetime:
    return local.replace(tzinfo=ZoneInfo(person.timezone)).astimezone(UTC)

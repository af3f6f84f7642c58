"""Until when a recommendation may be snoozed: some days, a day, or until its account changes. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from store.domain.crm.accounts import Person
from store.domain.crm.people import local_day, morning_after
from store.domain.gate.adjust_proposal import FieldProblems
from store.domain.text.wording import on_day

LONGEST = 90  # days
OUT_OF_REACH = f"A recommendation can be snoozed for 1 to {LONGEST} days."
_WEEK = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Until:
    """One of these: so many `days`, the next `weekday` (Monday as 0), a `day`, or a `change` of the account."""

    days: int | None = None
    weekday: int | None = None
    day: date | None = None
    change: bool = False


def wakes(until: Until, owner: Person, now: datetime) -> datetime:
    """The morning of the owner's first working day then; for a change, the latest.

    Raises: FieldProblems for `day`, if that is not from tomorrow to LONGEST days ahead.
    """
    today = local_day(owner, now)
    if until.change:
        days = LONGEST
    elif until.day is not None:
        days = (until.day - today).days
    elif until.weekday is not None:
        days = (until.weekday - today.weekday() - 1) % _WEEK + 1
    else:
        days = until.days or 0
    if not 1 <= days <= LONGEST:
        last = on_day(today + timedelta(days=LONGEST), today=today)
        raise FieldProblems([("day", f"It can be snoozed from tomorrow until {last}; please choose a day between.")])
    return morning_after(owner, now, days=days)

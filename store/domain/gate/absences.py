"""Out of office: who decides for someone while they are away, and which absences may be set. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from store.domain.crm.accounts import Person
from store.domain.crm.people import local_day
from store.domain.gate.adjust_proposal import FieldProblems
from store.domain.text.wording import on_day

LONGEST = timedelta(days=366)


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence:
    """`person_id` is away from `starts` until before `ends`, and `delegate_id` decides for them meanwhile."""

    person_id: str
    starts: datetime
    ends: datetime
    delegate_id: str
    set_by: str
    set_at: datetime

    def covers(self, now: datetime) -> bool:
        return self.starts <= now < self.ends

    def first_day(self, person: Person) -> date:
        """In the person's time zone."""
        return local_day(person, self.starts)

    def last_day(self, person: Person) -> date:
        """In the person's time zone; this day is included."""
        return local_day(person, self.ends - timedelta(seconds=1))


def absence_of(person: Person, *, first: date, last: date, delegate_id: str, set_by: str, now: datetime) -> Absence:
    """From the start of the first day to the end of the last, in the person's time zone."""
    zone = ZoneInfo(person.timezone)
    return Absence(
        person_id=person.id,
        starts=datetime.combine(first, time.min, zone),
        ends=datetime.combine(last + timedelta(days=1), time.min, zone),
        delegate_id=delegate_id,
        set_by=set_by,
        set_at=now,
    )


def check_absence(
    absence: Absence,
    *,
    person: Person,
    people: Mapping[str, Person],
    delegates: Sequence[Person],
    away: Sequence[Absence],
) -> None:
    """Check a new absence. `delegates` may stand in for the person; `away` are the current and future absences of
    others.

    Raises: FieldProblems for the fields `first`, `last` and `delegate`.
    """
    first, last = absence.first_day(person), absence.last_day(person)
    today = local_day(person, absence.set_at)
    problems = []
    if first < today:
        problems.append(("first", "The first day is in the past; start today or later."))
    if last < first:
        problems.append(("last", "The last day is before the first."))
    elif last - first > LONGEST:
        problems.append(("last", "An absence can last at most a year."))
    if sentence := _delegate_problem(absence, people=people, delegates=delegates, away=away):
        problems.append(("delegate", sentence))
    if problems:
        raise FieldProblems(problems)


def _delegate_problem(
    absence: Absence, *, people: Mapping[str, Person], delegates: Sequence[Person], away: Sequence[Absence]
) -> str | None:
    delegate = people.get(absence.delegate_id)
    if delegate is not None and delegate.id == absence.person_id:
        return "No one can be their own delegate; please choose someone else."
    if delegate is None or delegate.id not in {each.id for each in delegates}:
        return "Choose an active CRM user who owns accounts or manages someone."
    for other in away:
        if other.person_id == delegate.id and other.starts < absence.ends and absence.starts < other.ends:
            until = on_day(other.last_day(delegate), today=absence.first_day(delegate))
            return f"{delegate.name} is away then too, until {until}; please choose someone else."
    return None

"""When the events of a record happen."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from integrations.sandbox.imports.cells import at_hour, is_blank, moment_of, number_of
from integrations.sandbox.imports.faults import Faults
from integrations.sandbox.imports.mapping import CsvMapping
from integrations.sandbox.imports.sheets import Line
from integrations.sandbox.imports.sources import Event

_MOST_DAYS = 36_500
_AS_IF_UNDATED = "It counts as if it were empty."


class Moments:
    def __init__(self, plan: CsvMapping, faults: Faults) -> None:
        self._plan = plan
        self._faults = faults

    def creation(self, event: Event, line: Line) -> datetime:
        """Return when a record is created: on the first day, if its columns are empty or faulty."""
        return self._of(event, line) or datetime.combine(self._plan.start, time(self._plan.hour), tzinfo=UTC)

    def update(self, event: Event, line: Line, created: datetime) -> datetime | None:
        """Return when a record changes: never before it was created, and right after that if the moment is faulty, or if the
        event is that of certain lines and has none."""
        if not event.takes(line):
            return None
        known = self._faults.raised
        at, soonest = self._of(event, line), created + timedelta(minutes=1)
        if at is None:
            return soonest if event.only or self._faults.raised > known else None
        if at.date() < created.date():
            place = ", ".join(event.on) or event.days_ago
            problem = f"{at.date()} is before the record was created ({created.date()})."
            self._faults.add(line.fault(place, problem))
            self._faults.settle("It counts as the day of the creation.", since=known)
        return max(at, soonest)

    def _of(self, event: Event, line: Line) -> datetime | None:
        """Return when something happens; None if its columns are empty or faulty."""
        moment: date | datetime | None = None
        column = next((name for name in event.on if not is_blank(line.cells[name])), None)
        began = self._faults.raised
        with self._faults.caught():
            if column is not None:
                moment = moment_of(line.cells[column], line=line, column=column)
            elif event.days_ago is not None and not is_blank(line.cells[event.days_ago]):
                column = event.days_ago
                days = number_of(line.cells[column], line=line, column=column)
                moment = self._plan.as_of - timedelta(days=int(min(max(days, 0), _MOST_DAYS)))
        if moment is not None and event.at_latest:
            moment = min(at_hour(moment, self._plan.hour), at_hour(event.at_latest, self._plan.hour))
        if moment is None:
            self._faults.settle(_AS_IF_UNDATED, since=began)
            return None
        at = at_hour(moment, self._plan.hour).astimezone(UTC)
        if at.date() < self._plan.start:
            problem = f"{at.date()} is before the start of the mapping ({self._plan.start})."
            self._faults.add(line.fault(column, problem))
            self._faults.settle(_AS_IF_UNDATED, since=began)
            return None
        return at

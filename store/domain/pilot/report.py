"""The figures of a pilot since a day, for one set of people. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from store.domain.pilot.measures import Cell, Measured, Sitting, total
from store.domain.pilot.survey import Opinion

RECENT = timedelta(weeks=4)


class Scope(StrEnum):
    """Whose figures: a person's own, those of the people who report to them, or everyone's."""

    OWN = "own"
    TEAM = "team"
    EVERYONE = "everyone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """`opinion` is None if too few answered to tell, and for one person alone."""

    scope: Scope
    since: date
    cells: Sequence[Cell]
    sittings: Sequence[Sitting]
    opinion: Opinion | None = None

    @property
    def total(self) -> Measured:
        return total(self.cells, self.sittings)

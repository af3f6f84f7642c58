"""Figures of morning briefs and of the decisions on them, added up in the database: one query for any number of people and weeks.

Every sign and every decision belongs to its person's last brief before it, which a window over all of them finds in one pass.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Date,
    Float,
    Integer,
    Select,
    String,
    and_,
    case,
    cast,
    extract,
    func,
    literal,
    null,
    select,
    type_coerce,
    union_all,
)

from store.domain.gate.proposals import IN_FLIGHT, LOG, State
from store.domain.memory.outcomes import OutcomeVerdict
from store.domain.pilot.measures import Cell, Sitting, kind_of
from store.repositories.base import Repository
from store.repositories.proposal_rows import has_newer, proposals
from store.tables.core import BriefRow, UtcDateTime, table_of
from store.tables.memory import OutcomeRow
from store.tables.pilot import OpeningRow

briefs = table_of(BriefRow)
openings = table_of(OpeningRow)
outcomes = table_of(OutcomeRow)

_ACCEPTED = (*IN_FLIGHT, State.DONE, State.DEAD)
_DECIDED = (*_ACCEPTED, State.UNDONE, State.REJECTED)
_A_SIGN = (*_DECIDED, State.SNOOZED)
_ZONES = timedelta(days=1)  # a local day begins at most so long before the same day in UTC
LEAST_SECONDS = 1.0  # two signs closer than this are one press


class Pilot(Repository):
    async def measured(
        self, *, since: date, owner_ids: Collection[str] | None = None
    ) -> tuple[list[Cell], list[Sitting]]:
        """Count the recommendations of briefs from this day on, of these people (None: all), by person, week and kind; and return
        each of their briefs with its reader's signs. Shown and opened count for the reader, the rest for whoever decided."""
        shown = self._sittings(since, owner_ids)
        rows = await self._connection.execute(
            union_all(
                self._briefs_in(shown), self._recommendations_in(shown), self._decided_for_others(since, owner_ids)
            )
        )
        sittings: list[Sitting] = []
        found: dict[tuple[str, date, str], list[int]] = {}
        for person_id, week, key, seconds, *counts in rows:
            if key is None:
                exact = None if seconds is None else round(seconds, 1)  # SQLite counts in fractions of a day
                sittings.append(Sitting(person_id=person_id, week=week, opened=counts[1] > 0, seconds=exact))
                continue
            sums = found.setdefault((person_id, week, kind_of(f":{key}")), counts)
            if sums is not counts:
                sums[:] = [before + more for before, more in zip(sums, counts, strict=True)]
        cells = [Cell(person_id, week, kind, *map(int, counts)) for (person_id, week, kind), counts in found.items()]
        return cells, sittings

    def _briefs_in(self, shown: CTE) -> Select[Any]:
        """One row for each brief."""
        seconds = self._seconds(shown.c.first_at, shown.c.last_at)
        timed = cast(case((seconds >= LEAST_SECONDS, seconds), else_=null()), Float)
        opened = case((shown.c.first_at.is_not(None), 1), else_=0)
        return select(
            shown.c.person_id,
            shown.c.week,
            cast(null(), String).label("kind"),
            timed.label("seconds"),
            literal(1).label("shown"),
            opened.label("opened"),
            *(literal(0).label(name) for name in ("decided", "accepted", "executed", "measured", "improved", "undone")),
        )

    def _recommendations_in(self, shown: CTE) -> Select[Any]:
        """One row for each reader, week and kind, with the reader's own decisions."""
        kind = self._kind_in(proposals.c.key)
        own = proposals.c.decided_by == shown.c.person_id
        return (
            select(
                shown.c.person_id,
                shown.c.week,
                kind,
                cast(null(), Float),
                func.count(),
                _count(shown.c.first_at.is_not(None)),
                *_steps(own),
            )
            .select_from(shown)
            .join(proposals, proposals.c.brief_id == shown.c.brief_id)
            .join(outcomes, outcomes.c.proposal_id == proposals.c.id, isouter=True)
            .where(*_counts())
            .group_by(shown.c.person_id, shown.c.week, kind)
        )

    def _decided_for_others(self, since: date, person_ids: Collection[str] | None) -> Select[Any]:
        """The same for each person who decided what someone else's brief showed, such as a manager."""
        kind, week, by = self._kind_in(proposals.c.key), self._monday(briefs.c.local_date), proposals.c.decided_by
        none = literal(0)
        return (
            select(by, week, kind, cast(null(), Float), none, none, *_steps(proposals.c.state.in_(_DECIDED)))
            .select_from(briefs)
            .join(proposals, proposals.c.brief_id == briefs.c.id)
            .join(outcomes, outcomes.c.proposal_id == proposals.c.id, isouter=True)
            .where(
                briefs.c.posted_at.is_not(None),
                briefs.c.local_date >= since,
                by != briefs.c.owner_id,
                proposals.c.state.in_(_DECIDED),
                *_of(by, person_ids),
                *_counts(),
            )
            .group_by(by, week, kind)
        )

    def _sittings(self, since: date, owner_ids: Collection[str] | None) -> CTE:
        """One row for each morning brief in Slack: its reader, its week, their first sign and their last decision."""
        marks = self._marks(since, owner_ids).cte("marks")
        own = case((marks.c.brief_id.is_not(None), marks.c.at), else_=null())
        placed = select(
            marks,
            func.max(own)
            .over(
                partition_by=marks.c.person_id,
                order_by=(marks.c.at, marks.c.brief_id.is_(None)),
                rows=(None, 0),
            )
            .label("brief_at"),
        ).cte("placed")
        sign = case((placed.c.brief_id.is_(None), placed.c.at), else_=null())
        decision = case((placed.c.decides == 1, placed.c.at), else_=null())
        return (
            select(
                placed.c.person_id,
                func.max(placed.c.brief_id).label("brief_id"),
                type_coerce(func.max(placed.c.week), Date).label("week"),
                type_coerce(func.min(sign), UtcDateTime).label("first_at"),
                type_coerce(func.max(decision), UtcDateTime).label("last_at"),
            )
            .where(placed.c.brief_at.is_not(None))
            .group_by(placed.c.person_id, placed.c.brief_at)
            .cte("sitting")
        )

    def _marks(self, since: date, owner_ids: Collection[str] | None) -> Any:
        """Briefs, signs and decisions in one column of moments."""
        after = datetime.combine(since, time(), UTC) - _ZONES
        posted = select(
            briefs.c.owner_id.label("person_id"),
            briefs.c.posted_at.label("at"),
            briefs.c.id.label("brief_id"),
            self._monday(briefs.c.local_date).label("week"),
            literal(0).label("decides"),
        ).where(briefs.c.posted_at.is_not(None), briefs.c.local_date >= since, *_of(briefs.c.owner_id, owner_ids))
        none = (cast(null(), String), cast(null(), Date))
        signs = select(openings.c.person_id, openings.c.at, *none, literal(0)).where(
            openings.c.at >= after, *_of(openings.c.person_id, owner_ids)
        )
        decisions = select(proposals.c.decided_by, proposals.c.decided_at, *none, literal(1)).where(
            proposals.c.decided_at >= after,
            proposals.c.state.in_(_A_SIGN),
            *_of(proposals.c.decided_by, owner_ids),
        )
        return union_all(posted, signs, decisions)

    def _monday(self, day: ColumnElement[date]) -> ColumnElement[date]:
        """The first day of its week."""
        if self._is_postgres:
            return cast(func.date_trunc("week", day), Date)
        return type_coerce(func.date(day, "-6 days", "weekday 1"), Date)

    def _kind_in(self, key: ColumnElement[str]) -> ColumnElement[str]:
        """The second and third part of a key, `follow_up:no_activity`."""
        if self._is_postgres:
            return func.split_part(key, ":", 2).concat(":").concat(func.split_part(key, ":", 3))
        rest = func.substr(key, func.instr(key, ":") + 1)
        named = func.substr(rest, func.instr(rest, ":") + 1)
        end = func.instr(named, ":")
        return func.substr(rest, 1, func.instr(rest, ":")).concat(
            case((end > 0, func.substr(named, 1, end - 1)), else_=named)
        )

    def _seconds(self, start: ColumnElement[datetime], end: ColumnElement[datetime]) -> ColumnElement[Any]:
        if self._is_postgres:
            return extract("epoch", end - start)
        return (func.julianday(end) - func.julianday(start)) * 86_400.0


def _of(column: ColumnElement[Any], owner_ids: Collection[str] | None) -> list[ColumnElement[bool]]:
    return [column.is_not(None)] if owner_ids is None else [column.in_(owner_ids)]


def _counts() -> tuple[ColumnElement[bool], ...]:
    """The recommendations that count, each once: no undo, older version or note of work done already."""
    return (
        proposals.c.undoes.is_(None),
        proposals.c.state != State.SUPERSEDED,
        proposals.c.key.not_like(f"{LOG}%"),
        ~has_newer(),
    )


def _steps(by: ColumnElement[bool]) -> list[ColumnElement[int]]:
    """How far they came, of those decided `by` someone."""
    state, verdict = proposals.c.state, outcomes.c.verdict
    return [
        _count(and_(by, condition))
        for condition in (
            state.in_(_DECIDED),
            state.in_(_ACCEPTED),
            and_(state.in_(_ACCEPTED), proposals.c.done_at.is_not(None)),
            verdict.is_not(None),
            verdict == OutcomeVerdict.IMPROVED,
            state == State.UNDONE,
        )
    ]


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0), type_=Integer)

"""The company's pace and habits as last measured, and the figures to measure them from: a few statements over all records."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, and_, func, or_, select

from store.codec import decode_entities, decode_entity
from store.domain.crm.accounts import Activity, ActivityType, Deal, Kind, Note, Pipeline, StageOutcome
from store.domain.crm.changes import ChangeKind
from store.domain.signals.norms import Norms
from store.domain.signals.pace import Histories, StageMove, WonDeal, since_joining
from store.domain.signals.use import STAGE_WINDOW, WINDOW, Habits, OpenDeal
from store.repositories.base import Repository, batches
from store.tables.attention import NormsRow
from store.tables.core import ChangeRow, SnapshotRow, table_of

norms = table_of(NormsRow)
changes = table_of(ChangeRow)
c = table_of(SnapshotRow).c

_NORMS = TypeAdapter(Norms)
_HISTORIES = TypeAdapter(dict[str, tuple[StageMove, ...] | None])
_FIGURES, _MOVES = 1, 2  # the rows of the table
LATEST_WON = 300  # deals
_CREATED = (Kind.ACCOUNT, Kind.DEAL, Kind.NOTE)


@dataclass(slots=True)
class _Won:
    deal: Deal
    won_at: datetime
    moves: list[StageMove] = field(default_factory=list)
    joined: datetime | None = None  # its pipeline
    from_start: bool = False
    touches: list[datetime] = field(default_factory=list)


class CompanyNorms(Repository):
    async def last(self) -> Norms:
        """Return the norms as last measured; empty ones before the first time."""
        body = await self._body(_FIGURES)
        return _NORMS.validate_json(body) if body is not None else Norms()

    async def keep(self, measured: Norms, at: datetime) -> None:
        await self._upsert(norms, [{"id": _FIGURES, "measured_at": at, "body": _NORMS.dump_json(measured).decode()}])

    async def histories(self) -> dict[str, tuple[StageMove, ...] | None]:
        """Return the whole histories of won deals, as last kept."""
        body = await self._body(_MOVES)
        return _HISTORIES.validate_json(body) if body is not None else {}

    async def keep_histories(self, histories: Histories, at: datetime) -> None:
        body = _HISTORIES.dump_json(dict(histories)).decode()
        await self._upsert(norms, [{"id": _MOVES, "measured_at": at, "body": body}])

    async def forget(self, deal_ids: Collection[str], at: datetime) -> None:
        """Drop the histories of these deals."""
        kept = await self.histories()
        if not kept.keys().isdisjoint(deal_ids):
            await self.keep_histories({key: moves for key, moves in kept.items() if key not in deal_ids}, at)

    async def _body(self, row: int) -> str | None:
        found = await self._connection.execute(select(norms.c.body).where(norms.c.id == row))
        return found.scalar_one_or_none()

    async def won_deals(self, pipeline: Pipeline, *, limit: int = LATEST_WON) -> list[WonDeal]:
        """Return the deals won last, each with its known stages and contacts: the pipelines by turns, so that a busy one does not
        crowd out the others."""
        stages = [stage.name for stage in pipeline.stages if stage.outcome is StageOutcome.WON]
        newest = (c.stage_since.desc(), c.id)
        place = func.row_number().over(partition_by=self._text("pipeline_name"), order_by=newest)
        rows = await self._connection.execute(
            select(c.body, c.stage_since)
            .where(c.kind == Kind.DEAL, c.stage.in_(stages))
            .order_by(place, *newest)
            .limit(limit)
        )
        won: dict[str, _Won] = {}
        for body, since in rows:
            deal = decode_entity(Kind.DEAL, body)
            assert isinstance(deal, Deal)
            won[deal.id] = _Won(deal, _won_at(deal, since))
        await self._add_moves(won)
        await self._add_touches(won)
        return [
            WonDeal(
                deal=each.deal,
                won_at=each.won_at,
                moves=since_joining(each.moves, each.joined),
                from_start=each.from_start,
                touches=tuple(each.touches),
            )
            for each in won.values()
        ]

    async def _add_moves(self, won: dict[str, _Won]) -> None:
        told = or_(changes.c.field.in_(("stage", "pipeline_name")), changes.c.kind == ChangeKind.CREATED)
        for batch in batches(won):
            rows = await self._connection.execute(
                select(changes)
                .where(changes.c.record_kind == Kind.DEAL, changes.c.record_id.in_(batch), told)
                .order_by(changes.c.at, changes.c.id)
            )
            for row in rows:
                if row.kind == ChangeKind.CREATED:
                    won[row.record_id].from_start = True
                elif row.field == "pipeline_name":
                    won[row.record_id].joined = row.at
                else:
                    won[row.record_id].moves.append(StageMove(at=row.at, before=row.before, after=row.after))

    async def _add_touches(self, won: dict[str, _Won]) -> None:
        """Contacts on an account count for each of its won deals; those on a deal for this deal."""
        by_account: dict[str, list[_Won]] = {}
        for each in won.values():
            by_account.setdefault(each.deal.account_id or "", []).append(each)
        ways = [(c.deal_id, list(won)), (c.account_id, [i for i in by_account if i])]
        seen: set[str] = set()
        for column, ids in ways:
            for batch in batches(ids):
                for entity in await self._signs_of_life(column.in_(batch)):
                    if entity.id in seen or (at := _touched_at(entity)) is None:
                        continue
                    seen.add(entity.id)
                    own = [won[entity.deal_id]] if entity.deal_id in won else []
                    for each in own if entity.deal_id else by_account.get(entity.account_id or "", []):
                        each.touches.append(at)

    async def _signs_of_life(self, way: ColumnElement[bool]) -> list[Activity | Note]:
        found: list[Activity | Note] = []
        for kind in (Kind.ACTIVITY, Kind.NOTE):
            rows = await self._connection.execute(select(c.body).where(c.kind == kind, way))
            found += decode_entities(kind, rows.scalars())
        return found

    async def pipelines(self) -> frozenset[str]:
        """Return the pipelines that deals name, open or closed."""
        name = self._text("pipeline_name")
        rows = await self._connection.execute(select(name).where(c.kind == Kind.DEAL).distinct())
        return frozenset(filter(None, rows.scalars()))

    async def created(self) -> dict[Kind, dict[date, int]]:
        """Count the accounts, deals and notes created on each day."""
        day = func.substr(self._text("created_at"), 1, 10).label("day")
        rows = await self._connection.execute(
            select(c.kind, day, func.count().label("records")).where(c.kind.in_(_CREATED)).group_by(c.kind, day)
        )
        found: dict[Kind, dict[date, int]] = {kind: {} for kind in _CREATED}
        for row in rows:
            found[Kind(row.kind)][date.fromisoformat(row.day)] = row.records
        return found

    async def habits(self, pipeline: Pipeline, *, now: datetime) -> Habits:
        """Return the entries people made for open deals, and their work in the window up to now."""
        closed = [stage.name for stage in pipeline.stages if stage.outcome is not StageOutcome.OPEN]
        texts = [self._text(name).label(name) for name in ("created_at", "next_step", "closing_date")]
        deals = await self._connection.execute(
            select(c.id, c.account_id, *texts).where(c.kind == Kind.DEAL, c.stage.not_in(closed))
        )
        activity, at, done = c.kind == Kind.ACTIVITY, self._text("at"), self._is("done")
        meeting = self._text("type") == ActivityType.EVENT.value
        start, present, today = _iso(now - WINDOW), _iso(now), f"{now:%Y-%m-%d}"
        lived = func.coalesce(self._text("done_at"), at)
        return Habits(
            open_deals=tuple(
                OpenDeal(
                    id=row.id,
                    account_id=row.account_id,
                    created_at=row.created_at,
                    has_next_step=bool((row.next_step or "").strip()),
                    closing_date=row.closing_date,
                )
                for row in deals
            ),
            planned=await self._places(and_(activity, ~done, at >= today, or_(~meeting, at >= present))),
            touched=await self._places(
                or_(
                    and_(
                        activity,
                        or_(done, meeting),
                        lived.between(start, present),
                    ),
                    and_(c.kind == Kind.NOTE, self._text("created_at").between(start, present)),
                )
            ),
            crowded=await self._crowded(),
            moved=await self._moved(now - STAGE_WINDOW),
            tasks=await self._tasks(
                and_(activity, self._text("type") == ActivityType.TASK.value, at >= start, at < today)
            ),
        )

    async def _places(self, condition: ColumnElement[bool]) -> frozenset[str]:
        rows = await self._connection.execute(select(c.account_id, c.deal_id).where(condition).distinct())
        return frozenset(place for row in rows for place in row if place)

    async def _crowded(self) -> frozenset[str]:
        rows = await self._connection.execute(
            select(c.account_id)
            .where(c.kind == Kind.CONTACT, c.account_id.is_not(None))
            .group_by(c.account_id)
            .having(func.count() > 1)
        )
        return frozenset(rows.scalars())

    async def _moved(self, since: datetime) -> frozenset[str]:
        rows = await self._connection.execute(
            select(changes.c.record_id)
            .where(changes.c.record_kind == Kind.DEAL, changes.c.field == "stage", changes.c.at >= since)
            .distinct()
        )
        return frozenset(rows.scalars())

    async def _tasks(self, due: ColumnElement[bool]) -> tuple[int, int]:
        rows = await self._connection.execute(
            select(self._is("done").label("done"), func.count().label("tasks")).where(due).group_by("done")
        )
        counts = {bool(row.done): row.tasks for row in rows}
        return counts.get(True, 0), sum(counts.values())

    def _text(self, name: str) -> ColumnElement[Any]:
        return self._text_in(c.body, name)

    def _is(self, name: str) -> ColumnElement[bool]:
        return self._text(name) == "true" if self._is_postgres else self._text(name) == 1


def _iso(moment: datetime) -> str:
    """As the bodies have it, so that texts compare as times do."""
    return f"{moment:%Y-%m-%dT%H:%M:%S}Z"


def _won_at(deal: Deal, since: datetime) -> datetime:
    """The closing date of a won deal is usually the day it was won; our own time may be later."""
    if deal.closing_date is None or not deal.created_at.date() <= deal.closing_date < since.date():
        return since
    return datetime.combine(deal.closing_date, time(23, 59, 59), tzinfo=UTC)


def _touched_at(entity: Activity | Note) -> datetime | None:
    if isinstance(entity, Note):
        return entity.created_at
    happened = entity.done or entity.type is ActivityType.EVENT
    return (entity.done_at or entity.at) if happened else None

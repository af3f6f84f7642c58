"""Create evidence: the record and field behind a statement, as a value, a change or something missing."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from store.domain.crm.accounts import Activity, Deal, Entity, Note
from store.domain.crm.changes import Change
from store.domain.crm.evidence import Evidence, Source
from store.domain.signals.context import SignalContext
from store.domain.text.wording import on_day


def standing(entity: Entity, field: str, label: str, value: str) -> Evidence:
    """A record's current value, confirmed when the record was last modified."""
    return _cite(Source.FIELD, entity, field, label, value, at=entity.modified_at)


def missing(entity: Entity, field: str, label: str, value: str, *, context: SignalContext) -> Evidence:
    """Something that should exist and doesn't, as the detector found."""
    return _cite(Source.ABSENCE, entity, field, label, value, at=context.now)


def moved(entity: Entity, change: Change, label: str, value: str) -> Evidence:
    """A change between two looks."""
    return _cite(Source.CHANGE, entity, change.field, label, value, at=change.at, change_id=change.id)


def amount_of(deal: Deal, context: SignalContext) -> tuple[Evidence, ...]:
    """A deal's worth; nothing if it has no amount."""
    if deal.amount is None:
        return ()
    return (standing(deal, "amount", "Amount", context.currency.worth(deal)),)


def name_of(entity: Entity) -> str:
    """People's name for the record."""
    if isinstance(entity, Activity):
        return entity.subject
    if isinstance(entity, Note):
        return entity.title or "Note"
    return entity.name


def day_of(moment: datetime, context: SignalContext) -> date:
    """Return the calendar date of a moment in the reader's zone."""
    return moment.astimezone(ZoneInfo(context.timezone)).date()


def day_text(moment: datetime | date, context: SignalContext) -> str:
    """`14 Nov`."""
    day = day_of(moment, context) if isinstance(moment, datetime) else moment
    return on_day(day, today=context.today)


def when(change: Change, context: SignalContext) -> str:
    """`on 14 Nov`, or `between 11 Nov and 14 Nov`: the record may have been edited after the change, and its last edit says
    nothing of the change's own day."""
    day = day_text(change.at, context)
    earliest = day_text(change.since, context) if change.since else day
    return f"on {day}" if earliest == day else f"between {earliest} and {day}"


def _cite(
    source: Source, entity: Entity, field: str, label: str, value: str, *, at: datetime, change_id: str | None = None
) -> Evidence:
    return Evidence(
        source=source,
        kind=entity.kind,
        record_id=entity.id,
        record_name=name_of(entity),
        field=field,
        label=label,
        value=value,
        at=at,
        change_id=change_id,
    )

"""A field's overall change over a window: its value before, its value now, and the change to cite."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from store.domain.crm.accounts import Deal, Entity, Pipeline
from store.domain.crm.changes import Change, ChangeKind, text_of
from store.domain.signals.context import SignalContext


@dataclass(frozen=True, slots=True)
class Move:
    """`before` is the value ahead of the window's first change, `after` the present one; None if there is no value."""

    before: str | None
    after: str | None
    change: Change
    earlier: tuple[Change, ...] = ()

    @property
    def reached(self) -> Change:
        """The first change to the present value: one that went away and came back is no other fact than before."""
        return next(each for each in (*self.earlier, self.change) if each.after == self.after)


def recent(context: SignalContext) -> list[Change]:
    """Return the changes that count as recent: less than `recent_days` old by the CRM's clock, oldest first."""
    earliest = context.now - timedelta(days=context.policy.recent_days)
    return [change for change in context.changes if change.at > earliest]


def reopening_of(deal: Deal, changes: Iterable[Change], pipeline: Pipeline) -> Change | None:
    """Return the last move of an open deal out of a closed stage, if any."""
    if not pipeline.is_open(deal.stage):
        return None
    stages = [each for each in changes if each.record_id == deal.id and each.field == "stage"]
    return next((each for each in reversed(stages) if is_reopening(each, pipeline)), None)


def is_reopening(change: Change, pipeline: Pipeline) -> bool:
    """Whether a stage's change took a won or lost deal back among the open ones."""
    before, after = change.before, change.after
    return before is not None and after is not None and not pipeline.is_open(before) and pipeline.is_open(after)


def unread(context: SignalContext) -> list[Change]:
    """Return the changes noticed since the reader's last brief, oldest first."""
    return [change for change in context.changes if change.seen_at >= context.news_since]


def move_of(entity: Entity, field: str, changes: Iterable[Change]) -> Move | None:
    """Return a field's overall change. None if it did not change, changed back, or has since changed again."""
    mine = [
        change
        for change in changes
        if change.kind is ChangeKind.UPDATED
        and change.record_id == entity.id
        and change.field == field
        and change.record_kind is entity.kind
    ]
    if not mine:
        return None
    before, last = mine[0].before, mine[-1]
    if before == last.after or text_of(getattr(entity, field)) != last.after:
        return None
    return Move(before, last.after, last, tuple(mine[:-1]))

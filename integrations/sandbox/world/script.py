"""The script of one account: the events and labels that its storyline writes.

A storyline may run to its natural end; the script keeps only events before the last morning, and labels that hold on a
morning between the first look and the last.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from integrations.sandbox.history import CrmEvent, Json
from integrations.sandbox.world.diary import Diary, first_look_after, look_on
from integrations.sandbox.world.dice import seeded
from integrations.sandbox.world.labels import Label
from integrations.sandbox.world.records import FOREVER, Account
from store.domain.signals.kinds import NEWS, SignalKind

RECENT = 7  # looks for which a change counts as recent
_NEED_A_DEAL = frozenset(
    {SignalKind.SINGLE_THREADED, SignalKind.SPONSOR_CHANGED}
)  # labelled on other records than the deal
# How likely a deal is to be lost at its next move, and how much likelier with each trouble of the last month.
_PERIL, _MOST_PERIL, _AFTERMATH = 0.015, 0.5, timedelta(days=30)
_PERILS: Mapping[SignalKind, float] = {
    SignalKind.SPONSOR_CHANGED: 0.12,
    SignalKind.STAGE_MOVED_BACK: 0.12,
    SignalKind.DEAL_STALLED: 0.12,
    SignalKind.AMOUNT_DROPPED: 0.1,
    SignalKind.CLOSE_DATE_SLIPPED: 0.1,
    SignalKind.NO_ACTIVITY: 0.1,
    SignalKind.CLOSE_DATE_PASSED: 0.08,
    SignalKind.NO_NEXT_STEP: 0.05,
    SignalKind.SINGLE_THREADED: 0.04,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A storyline's assignment: the account and owner, its time, and the people.

    The story runs from `start` to `end`, the last look; labels begin with the first look. `live`: the trouble holds on the
    last morning; otherwise it is in the past and over. With `noise`, deals in trouble may be lost; `sister` is the id of a
    steady account of the same owner, if there is one.
    """

    seed: int
    owner_number: int
    account_number: int
    owner_id: str
    zone: str
    predecessor_id: str
    start: date
    end: date
    first_look: date
    live: bool
    noise: bool = False
    sister: str | None = None


@dataclass(slots=True)
class _Span:
    """A label in the making, which may still be cut short. If it `happened`, only a look after another one sees it; a state
    may be `shown` later than it began."""

    kind: SignalKind
    record_id: str
    first: date
    last: date
    note: str
    true: bool
    happened: bool = False
    shown: date | None = None


class Script:
    """`account` is set by `people.found_account`; `handover` is when the account passes from a predecessor to its owner."""

    def __init__(self, part: Part) -> None:
        self.part = part
        self.rng = seeded(part.seed, part.owner_number, part.account_number)
        self.diary = Diary(part.zone, self.rng)
        self.start, self.curtain = look_on(part.start), look_on(part.end)
        self.account: Account | None = None
        self.handover: datetime | None = None
        self._events: list[CrmEvent] = []
        self._spans: list[_Span] = []
        self._serial = 0
        self._links: dict[str, Mapping[str, Json]] = {}

    @property
    def account_id(self) -> str:
        return self.account.id if self.account else ""

    @property
    def events(self) -> tuple[CrmEvent, ...]:
        """In order of `at`; simultaneous events stay in the order of writing."""
        return tuple(sorted(self._events, key=lambda event: event.at))

    @property
    def labels(self) -> tuple[Label, ...]:
        found = [self._label(span) for span in self._spans if self._is_seen(span)]
        return tuple(sorted(found, key=lambda label: (label.first, label.kind, label.record_id)))

    def days(self, low: float, high: float) -> timedelta:
        """Draw a stretch of between `low` and `high` days, anew at each call."""
        return timedelta(seconds=int(self.rng.uniform(low, high) * 86_400))

    def turn(self, *, live: tuple[float, float], past: tuple[float, float] = (55, 100), ahead: float = 0.5) -> datetime:
        """Return a working moment for the story's turn, so many days (from, to) before the last morning.

        A live one is at least `ahead` days before the last look, so that every owner's last brief has it, in any time zone.
        """
        if not self.part.live:
            return self.diary.at_work(max(self.curtain - self.days(*past), self.start + self.days(1, 8)))
        while (at := self.diary.at_work(self.curtain - self.days(*live))) > self.curtain - timedelta(days=ahead):
            pass
        return at

    def later(self, moment: datetime, low: float, high: float) -> datetime:
        """Return a working moment between `low` and `high` days after another, or as soon as there is one."""
        return self.diary.at_work(moment + self.days(low, high))

    def recovery(self, moment: datetime, low: float, high: float) -> datetime:
        """Return when the trouble of `moment` is fixed: days later, or never if it should be live at the end."""
        return FOREVER if self.part.live else self.later(moment, low, high)

    def owner_at(self, moment: datetime) -> str:
        if self.handover and moment < self.handover:
            return self.part.predecessor_id
        return self.part.owner_id

    def link(self, record_id: str) -> Mapping[str, Json]:
        """Return a lookup's value. All lookups of a record share one object, since large worlds are full of them."""
        return self._links.setdefault(record_id, {"id": record_id})

    def create(self, module: str, at: datetime, fields: Mapping[str, Json]) -> str:
        """Write the creation of a record and return its id."""
        self._serial += 1
        made = record_id(self.part.owner_number, self.part.account_number, self._serial)
        self._add(at, "create", module, made, {"Owner": self.link(self.owner_at(at)), **fields})
        return made

    def update(self, module: str, record_id: str, at: datetime, fields: Mapping[str, Json]) -> None:
        self._add(at, "update", module, record_id, fields)

    def delete(self, module: str, record_id: str, at: datetime) -> None:
        self._add(at, "delete", module, record_id, {})

    def holds(
        self,
        kind: SignalKind,
        record_id: str,
        *,
        since: datetime,
        shown: datetime | None = None,
        until: datetime = FOREVER,
        note: str,
        true: bool = True,
    ) -> None:
        """Label a state that is true for every look after `since` until a look sees the event at `until`. The records may show it
        only after `shown`."""
        first = first_look_after(since)
        self._spans.append(
            _Span(
                kind,
                record_id,
                first,
                _day_before_seen(until),
                note,
                true,
                shown=first_look_after(shown) if shown else None,
            )
        )

    def holds_past(
        self, kind: SignalKind, record_id: str, *, day: date, until: datetime = FOREVER, note: str, true: bool = True
    ) -> None:
        """Label a state that is true from the first look at which the owner's own day is after `day`, until a look sees `until`."""
        first = self.diary.first_look_past(day)
        self._spans.append(_Span(kind, record_id, first, _day_before_seen(until), note, true))

    def moved(
        self, kind: SignalKind, record_id: str, *, at: datetime, until: datetime = FOREVER, note: str, true: bool = True
    ) -> None:
        """Label a change at `at`: recent for seven looks, or until a look sees the event at `until`."""
        first = first_look_after(at)
        last = min(first + timedelta(days=RECENT - 1), _day_before_seen(until))
        self._spans.append(_Span(kind, record_id, first, last, note, true, happened=True))

    def news(self, kind: SignalKind, record_id: str, *, at: datetime, note: str) -> None:
        """Label news that is reported once, on the first look that sees it."""
        first = first_look_after(at)
        self._spans.append(_Span(kind, record_id, first, first, note, True, happened=True))

    def settle(self, record_id: str, at: datetime) -> None:
        """Close the deal at `at`: once a look sees that, only news is labelled for it, and nothing that needs an open deal."""
        for span in self._spans:
            if span.kind in _NEED_A_DEAL or (span.record_id == record_id and span.kind not in NEWS):
                span.last = min(span.last, _day_before_seen(at))

    def peril(self, record_id: str, at: datetime) -> float:
        """Return how likely a deal is to be lost at its next move: the more trouble it has or lately had, the likelier."""
        day, kinds = at.date(), set()
        for span in self._spans:
            on_deal = span.record_id == record_id or span.kind in _NEED_A_DEAL or span.kind is SignalKind.NO_ACTIVITY
            if span.true and on_deal and span.first <= day <= min(span.last, day) + _AFTERMATH:
                kinds.add(span.kind)
        return min(_MOST_PERIL, _PERIL + sum(_PERILS.get(kind, 0.0) for kind in kinds))

    def _is_seen(self, span: _Span) -> bool:
        if span.happened and span.first <= self.part.first_look:
            return False
        return self._first_of(span) <= min(span.last, self.part.end)

    def _first_of(self, span: _Span) -> date:
        return max(span.shown or span.first, self.part.first_look)

    def _label(self, span: _Span) -> Label:
        return Label(
            kind=span.kind,
            account_id=self.account_id,
            record_id=span.record_id,
            first=self._first_of(span),
            last=span.last if span.last < self.part.end else None,
            note=span.note,
            true=span.true,
        )

    def _add(
        self,
        at: datetime,
        op: Literal["create", "update", "delete"],
        module: str,
        record_id: str,
        fields: Mapping[str, Json],
    ) -> None:
        if at < self.curtain:
            self._events.append(
                CrmEvent(at=at, op=op, module=module, id=record_id, user_id=self.owner_at(at), fields=fields)
            )


def record_id(owner: int, account: int, serial: int) -> str:
    """Return a record's id. The first record of a story is its account."""
    return f"4150{owner:05d}{account:04d}{serial:06d}"


def _day_before_seen(moment: datetime) -> date:
    return first_look_after(moment) - timedelta(days=1)

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A storyline's assignment: the account and owner, its time, and the people.

    The story runs from `start` to `end`, the last look; labels begin with the first look. `live`: the trouble holds on the last
    morning; otherwise it is in the past and over.
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


@dataclass(slots=True)
class _Span:
    """A label in the making, which may still be cut short."""

    kind: SignalKind
    record_id: str
    first: date
    last: date
    note: str


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
        found = [self._label(span) for span in self._spans if span.first <= min(span.last, self.part.end)]
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
        record_id = f"4150{self.part.owner_number:05d}{self.part.account_number:04d}{self._serial:06d}"
        self._add(at, "create", module, record_id, {"Owner": self.link(self.owner_at(at)), **fields})
        return record_id

    def update(self, module: str, record_id: str, at: datetime, fields: Mapping[str, Json]) -> None:
        self._add(at, "update", module, record_id, fields)

    def delete(self, module: str, record_id: str, at: datetime) -> None:
        self._add(at, "delete", module, record_id, {})

    def holds(self, kind: SignalKind, record_id: str, *, since: datetime, until: datetime = FOREVER, note: str) -> None:
        """Label a state that is true for every look after `since` until a look sees the event at `until`."""
        self._hold(kind, record_id, first_look_after(since), until, note)

    def holds_past(self, kind: SignalKind, record_id: str, *, day: date, until: datetime = FOREVER, note: str) -> None:
        """Label a state that is true from the first look at which the owner's own day is after `day`, until a look sees `until`."""
        self._hold(kind, record_id, self.diary.first_look_past(day), until, note)

    def _hold(self, kind: SignalKind, record_id: str, first: date, until: datetime, note: str) -> None:
        self._spans.append(_Span(kind, record_id, max(first, self.part.first_look), _day_before_seen(until), note))

    def moved(self, kind: SignalKind, record_id: str, *, at: datetime, until: datetime = FOREVER, note: str) -> None:
        """Label a change at `at`: recent for seven looks, or until a look sees the event at `until`."""
        first = first_look_after(at)
        if first > self.part.first_look:  # the first look can't see a change
            last = min(first + timedelta(days=RECENT - 1), _day_before_seen(until))
            self._spans.append(_Span(kind, record_id, first, last, note))

    def news(self, kind: SignalKind, record_id: str, *, at: datetime, note: str) -> None:
        """Label news that is reported once, on the first look that sees it."""
        first = first_look_after(at)
        if first > self.part.first_look:
            self._spans.append(_Span(kind, record_id, first, first, note))

    def settle(self, record_id: str, at: datetime) -> None:
        """Close the record at `at`: once a look sees that, only news is labelled for it."""
        for span in self._spans:
            if span.record_id == record_id and span.kind not in NEWS:
                span.last = min(span.last, _day_before_seen(at))

    def _label(self, span: _Span) -> Label:
        return Label(
            kind=span.kind,
            account_id=self.account_id,
            record_id=span.record_id,
            first=span.first,
            last=span.last if span.last < self.part.end else None,
            note=span.note,
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


def _day_before_seen(moment: datetime) -> date:
    return first_look_after(moment) - timedelta(days=1)

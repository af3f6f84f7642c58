"""The script of one account: what its storyline writes down, events and labels together.

A storyline may tell a story to its natural end; the script keeps what happens before the last morning, and of the labels
what holds on a morning between the first look and the last.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from integrations.sandbox.history import CrmEvent, Json
from integrations.sandbox.world.diary import Diary, first_look_after, look_on
from integrations.sandbox.world.labels import Label
from integrations.sandbox.world.records import FOREVER
from integrations.sandbox.world.seeded import seeded
from store.domain.signals.kinds import NEWS, SignalKind

RECENT = 7  # looks on which a movement is recent


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What a storyline is asked for: which account of which owner, between which looks, and who the people are.

    `live`: the trouble is to hold on the last morning; otherwise it lies in the past and is over.
    """

    seed: int
    owner_number: int
    account_number: int
    owner_id: str
    zone: str
    predecessor_id: str
    start: date
    end: date
    live: bool


@dataclass(slots=True)
class _Span:
    """A label in the making: it may still be cut short."""

    kind: SignalKind
    record_id: str
    first: date
    last: date
    note: str


class Script:
    """`account_id` is set by `people.found_account`; `handover` is when the account comes to its owner from a predecessor."""

    def __init__(self, part: Part) -> None:
        self.part = part
        self.rng = seeded(part.seed, part.owner_number, part.account_number)
        self.diary = Diary(part.zone, self.rng)
        self.start, self.curtain = look_on(part.start), look_on(part.end)
        self.account_id = ""
        self.handover: datetime | None = None
        self._events: list[CrmEvent] = []
        self._spans: list[_Span] = []
        self._serial = 0
        self._links: dict[str, Mapping[str, Json]] = {}

    @property
    def events(self) -> tuple[CrmEvent, ...]:
        """In order of `at`; what was written first comes first at the same moment."""
        return tuple(sorted(self._events, key=lambda event: event.at))

    @property
    def labels(self) -> tuple[Label, ...]:
        found = [self._label(span) for span in self._spans if span.first <= min(span.last, self.part.end)]
        return tuple(sorted(found, key=lambda label: (label.first, label.kind, label.record_id)))

    def days(self, low: float, high: float) -> timedelta:
        """A stretch of between `low` and `high` days, drawn anew at each call."""
        return timedelta(seconds=int(self.rng.uniform(low, high) * 86_400))

    def turn(self, *, live: tuple[float, float], past: tuple[float, float] = (55, 100)) -> datetime:
        """A working moment for the turn of the story, so many days (from, to) before the last morning.

        A past turn lies after the first look; a live one at least half a day before the last, so that every owner's last brief
        has it, wherever they live.
        """
        if not self.part.live:
            return self.diary.at_work(max(self.curtain - self.days(*past), self.start + self.days(1, 8)))
        while (at := self.diary.at_work(self.curtain - self.days(*live))) > self.curtain - timedelta(hours=12):
            pass
        return at

    def later(self, moment: datetime, low: float, high: float) -> datetime:
        """A working moment between `low` and `high` days after another, or as soon as there is one."""
        return self.diary.at_work(moment + self.days(low, high))

    def recovery(self, moment: datetime, low: float, high: float) -> datetime:
        """When somebody sets the trouble of `moment` right: days later, or never where it is to be live at the end."""
        return FOREVER if self.part.live else self.later(moment, low, high)

    def owner_at(self, moment: datetime) -> str:
        if self.handover and moment < self.handover:
            return self.part.predecessor_id
        return self.part.owner_id

    def link(self, record_id: str) -> Mapping[str, Json]:
        """A lookup's value. One object serves all lookups of a record: large worlds are made of them."""
        return self._links.setdefault(record_id, {"id": record_id})

    def create(self, module: str, at: datetime, fields: Mapping[str, Json]) -> str:
        """Write down that a record came to be and return its id."""
        self._serial += 1
        record_id = f"4150{self.part.owner_number:05d}{self.part.account_number:04d}{self._serial:06d}"
        self._add(at, "create", module, record_id, {"Owner": self.link(self.owner_at(at)), **fields})
        return record_id

    def update(self, module: str, record_id: str, at: datetime, fields: Mapping[str, Json]) -> None:
        self._add(at, "update", module, record_id, fields)

    def delete(self, module: str, record_id: str, at: datetime) -> None:
        self._add(at, "delete", module, record_id, {})

    def holds(self, kind: SignalKind, record_id: str, *, since: datetime, until: datetime = FOREVER, note: str) -> None:
        """A state that is true for every look after `since` until a look sees what happened at `until`."""
        self.holds_from(kind, record_id, first=first_look_after(since), until=until, note=note)

    def holds_from(
        self, kind: SignalKind, record_id: str, *, first: date, until: datetime = FOREVER, note: str
    ) -> None:
        """A state that is true from the look on `first`, as calendar dates decide it, until `until` is seen."""
        self._spans.append(_Span(kind, record_id, max(first, self.part.start), _day_before_seen(until), note))

    def moved(self, kind: SignalKind, record_id: str, *, at: datetime, until: datetime = FOREVER, note: str) -> None:
        """A movement at `at`: recent for seven looks, or until a look sees what happened at `until`."""
        first = first_look_after(at)
        if first > self.part.start:  # what the first look finds has not moved
            last = min(first + timedelta(days=RECENT - 1), _day_before_seen(until))
            self._spans.append(_Span(kind, record_id, first, last, note))

    def news(self, kind: SignalKind, record_id: str, *, at: datetime, note: str) -> None:
        """Something that is told once, on the first look that sees it."""
        first = first_look_after(at)
        if first > self.part.start:
            self._spans.append(_Span(kind, record_id, first, first, note))

    def settle(self, record_id: str, at: datetime) -> None:
        """The record is closed at `at`: nothing but news is said of it once that is seen."""
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

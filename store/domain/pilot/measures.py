"""How a pilot goes: the recommendations that morning briefs showed, and what people did with them. Pure.

A recommendation is *shown* once its morning brief is in Slack. One that a later brief asks again, or in another version, counts
once. It is *opened* with its brief, *decided* if someone approved or rejected it, *accepted* if they approved it and did not
undo it, *undone* if they did, *executed* if what it wrote stands, and *improved* by its outcome
(`store.domain.memory.outcomes`), of those whose outcome is measured. It is shown to the brief's reader; what comes after counts
for whoever decided.

A brief is *opened* if its reader gave a sign after it came and before the next one. Its *review time* runs from the first such
sign to the reader's last decision before the next brief. Reading before the first sign is not seen, and a brief with one single
sign has no review time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from statistics import median
from typing import TypeVar

from store.domain.signals.kinds import SignalKind

ACCEPTED, VALUABLE, USED, REVIEW = 0.5, 0.8, 0.8, timedelta(minutes=3)  # the targets
AGREED, OTHER = "agreed_step", "other"


@dataclass(frozen=True, slots=True)
class Cell:
    """The recommendations of one kind in briefs of the week that begins on this Monday: how many one person was shown and
    opened, and how many that person decided, in their own briefs or in others'."""

    person_id: str
    week: date
    kind: str
    shown: int
    opened: int = 0
    decided: int = 0
    accepted: int = 0
    executed: int = 0
    measured: int = 0
    improved: int = 0
    undone: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitting:
    """One morning brief and its reader. `seconds` is the review time; None if it isn't known."""

    person_id: str
    week: date
    opened: bool
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Share:
    """A count with its denominator."""

    part: int
    of: int

    @property
    def value(self) -> float | None:
        return self.part / self.of if self.of else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What a set of cells and briefs adds up to. `weeks` are those in which a person got a brief, once for each person;
    `used_weeks` those of them in which the person opened one."""

    people: int = 0
    weeks: int = 0
    used_weeks: int = 0
    briefs: int = 0
    opened_briefs: int = 0
    seconds: tuple[float, ...] = field(default=(), repr=False)
    shown: int = 0
    opened: int = 0
    decided: int = 0
    accepted: int = 0
    executed: int = 0
    measured: int = 0
    improved: int = 0
    undone: int = 0

    @property
    def use(self) -> Share:
        return Share(self.used_weeks, self.weeks)

    @property
    def acceptance(self) -> Share:
        return Share(self.accepted, self.decided)

    @property
    def quick(self) -> Share:
        """The briefs reviewed in less than the target."""
        return Share(sum(each < REVIEW.total_seconds() for each in self.seconds), len(self.seconds))

    @property
    def review_seconds(self) -> float | None:
        """The median: half of the briefs took less."""
        return median(self.seconds) if self.seconds else None


K = TypeVar("K", str, date)
_COUNTS = ("shown", "opened", "decided", "accepted", "executed", "measured", "improved", "undone")


def total(cells: Iterable[Cell], sittings: Iterable[Sitting]) -> Measured:
    cells, sittings = list(cells), list(sittings)
    weeks = {(each.person_id, each.week) for each in sittings}
    used = {(each.person_id, each.week) for each in sittings if each.opened}
    return Measured(
        people=len({person_id for person_id, _ in weeks}),
        weeks=len(weeks),
        used_weeks=len(used),
        briefs=len(sittings),
        opened_briefs=sum(each.opened for each in sittings),
        seconds=tuple(each.seconds for each in sittings if each.seconds is not None),
        **{name: sum(getattr(each, name) for each in cells) for name in _COUNTS},
    )


def by_person(cells: Iterable[Cell], sittings: Iterable[Sitting]) -> dict[str, Measured]:
    return _by(cells, sittings, lambda each: each.person_id)


def by_week(cells: Iterable[Cell], sittings: Iterable[Sitting]) -> dict[date, Measured]:
    return _by(cells, sittings, lambda each: each.week)


def by_kind(cells: Iterable[Cell]) -> dict[str, Measured]:
    """Of recommendations alone: a brief has several kinds."""
    groups: dict[str, list[Cell]] = {}
    for each in cells:
        groups.setdefault(each.kind, []).append(each)
    return {kind: total(group, ()) for kind, group in sorted(groups.items())}


def kind_of(key: str) -> str:
    """The kind of a recommendation by its key: the signal that it answers, or that it is about a step agreed earlier."""
    _, _, rest = key.partition(":")
    action, _, named = rest.partition(":")
    if action == "step":
        return AGREED
    kind = named.partition(":")[0]
    return kind if kind in _KINDS else OTHER


def label_of(kind: str) -> str:
    """`Close date passed`."""
    return _LABELS.get(kind) or SignalKind(kind).label


_KINDS = frozenset(SignalKind)
_LABELS: Mapping[str, str] = {AGREED: "Agreed step", OTHER: "Other"}


def _by(cells: Iterable[Cell], sittings: Iterable[Sitting], key: Callable[[Cell | Sitting], K]) -> dict[K, Measured]:
    groups: dict[K, tuple[list[Cell], list[Sitting]]] = {}
    for cell in cells:
        groups.setdefault(key(cell), ([], []))[0].append(cell)
    for sitting in sittings:
        groups.setdefault(key(sitting), ([], []))[1].append(sitting)
    return {name: total(*groups[name]) for name in sorted(groups)}

"""The company's own pace and habits, measured from its CRM: what is slow here, and what an empty field means here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from store.domain.crm.accounts import Account, Deal, Entity, Kind, Note
from store.domain.signals.kinds import SignalKind

WIDEST = 3  # a norm is at most this many times the setting, and at least this fraction of it
ALIKE = 3 / 2  # a norm that differs by no more than this factor leaves the setting as it is
SLOWER = 2  # nothing is slow before it took this many times as long as usual


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How long won deals took, in days: half of the `deals` took at most `usual`, nine in ten at most `slow`."""

    deals: int
    usual: int
    slow: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """How much a part of the CRM is used: in `used` of `of` records."""

    used: int
    of: int

    @property
    def share(self) -> float:
        return self.used / self.of if self.of else 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """From when a wait is long: more than `days`. `pace` is that of the company's won deals, None if there are too few;
    `measured` says whether it made the limit, rather than the setting."""

    days: int
    pace: Pace | None = None
    measured: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Norms:
    """`stays` is the time won deals spent in a stage, `gaps` the time between two contacts on won deals while in a stage, with
    "" for all stages. `uses` says how much the part of the CRM is used on which a signal relies. `imported` are the days (UTC)
    on which so many records of a kind were created at once that it must have been an import: such a record is older than
    its time of creation. `watched_since` is our first look at the CRM.
    """

    measured_at: datetime | None = None
    watched_since: datetime | None = None
    stays: Mapping[str, Pace] = field(default_factory=dict)
    gaps: Mapping[str, Pace] = field(default_factory=dict)
    uses: Mapping[SignalKind, Use] = field(default_factory=dict)
    imported: Mapping[Kind, frozenset[date]] = field(default_factory=dict)

    def stay_limit(self, stage: str, *, setting: int, enough: int) -> Limit:
        """Return from when a deal is in this stage for long: by the company's own won deals, if there are `enough` (0: never)."""
        return _limit(self.stays.get(stage), setting=setting, enough=enough)

    def gap_limit(self, stage: str, *, setting: int, enough: int) -> Limit:
        """Return from when a silence is long while a deal is in this stage: by the won deals in it, else by all won deals."""
        return next(
            (
                limit
                for pace in (self.gaps.get(stage), self.gaps.get(""))
                if (limit := _limit(pace, setting=setting, enough=enough)).pace is not None
            ),
            Limit(days=setting),
        )

    def came_by_import(self, entity: Entity) -> bool:
        """Whether the record's time of creation is only that of an import."""
        return entity.created_at.date() in self.imported.get(entity.kind, ())

    def known_since(self, moment: datetime, entity: Account | Deal | Note) -> datetime | None:
        """Return the time from which on we know that something was so, if the CRM says since `moment`; None if nothing proves
        any. A time that an import made up proves nothing, but what we saw since our first look does."""
        if not self.came_by_import(entity) or moment.date() > entity.created_at.date():
            return moment
        return max(moment, self.watched_since) if self.watched_since is not None else None


def _limit(pace: Pace | None, *, setting: int, enough: int) -> Limit:
    if pace is None or enough <= 0 or pace.deals < enough:
        return Limit(days=setting)
    norm = max(pace.slow, SLOWER * pace.usual)
    if setting <= norm * ALIKE and norm <= setting * ALIKE:
        return Limit(days=setting, pace=pace)
    return Limit(days=min(max(norm, -(-setting // WIDEST)), setting * WIDEST), pace=pace, measured=True)

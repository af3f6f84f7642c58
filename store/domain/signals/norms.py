"""The company's own pace and habits, measured from its CRM: which pace is slow here, and what an empty field means."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
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
    `measured` says whether it made the limit, rather than the setting. `pipeline` is that of those deals ("": none), if the
    company has several."""

    days: int
    pace: Pace | None = None
    measured: bool = False
    pipeline: str | None = None


Paces = Mapping[str, Mapping[str, Pace]]  # by pipeline ("" for deals that name none) and stage


@dataclass(frozen=True, slots=True, kw_only=True)
class Norms:
    """`stays` is the time won deals spent in a stage, `gaps` the time between two contacts on won deals while in a stage, with
    "" for all stages: each by pipeline; `pipelines` are those that deals name. `uses` says how much the part of the CRM is
    used on which a signal relies. `imported` are the days (UTC) on which so many records of a kind were created at once that
    it must have been an import: such a record is older than its time of creation. `watched_since` is our first look at the
    CRM.
    """

    measured_at: datetime | None = None
    watched_since: datetime | None = None
    pipelines: frozenset[str] = frozenset()
    stays: Paces = field(default_factory=dict)
    gaps: Paces = field(default_factory=dict)
    uses: Mapping[SignalKind, Use] = field(default_factory=dict)
    imported: Mapping[Kind, frozenset[date]] = field(default_factory=dict)

    def stay_limit(self, deal: Deal, *, setting: int, enough: int) -> Limit:
        """Return from when a deal is in its stage for long: by the won deals of its pipeline, if there are `enough` (0: never).
        The pace of another pipeline says nothing about it."""
        return self._first(deal, self._of(deal, self.stays).get(deal.stage), setting=setting, enough=enough)

    def gap_limit(self, deal: Deal, *, setting: int, enough: int) -> Limit:
        """Return from when a silence is long while a deal is in its stage: by the won deals of its pipeline in that stage, else
        in any."""
        gaps = self._of(deal, self.gaps)
        return self._first(deal, gaps.get(deal.stage), gaps.get(""), setting=setting, enough=enough)

    def _of(self, deal: Deal, paces: Paces) -> Mapping[str, Pace]:
        return paces.get(pipeline_of(deal, self.pipelines), {})

    def _first(self, deal: Deal, *paces: Pace | None, setting: int, enough: int) -> Limit:
        """The limit by the first pace of enough deals."""
        pace = next((each for each in paces if each is not None and 0 < enough <= each.deals), None)
        if pace is None:
            return Limit(days=setting)
        several = len(self.pipelines) > 1
        limit = _limit(pace, setting=setting)
        return replace(limit, pipeline=pipeline_of(deal, self.pipelines)) if several else limit

    def came_by_import(self, entity: Entity) -> bool:
        """Whether the record's time of creation is only that of an import."""
        return entity.created_at.date() in self.imported.get(entity.kind, ())

    def known_since(self, moment: datetime, entity: Account | Deal | Note) -> datetime | None:
        """Return the time from which on we know that something was so, if the CRM says since `moment`; None if nothing proves
        any. A time that an import made up proves nothing, but what we saw since our first look does."""
        if not self.came_by_import(entity) or moment.date() > entity.created_at.date():
            return moment
        return max(moment, self.watched_since) if self.watched_since is not None else None


def pipeline_of(deal: Deal, pipelines: Collection[str]) -> str:
    """Return the pipeline among whose deals this one counts; "" if it names none, or none was known yet. If the company has
    only one, deals that name none are of it as well."""
    if not pipelines:
        return ""
    return deal.pipeline_name or (next(iter(pipelines)) if len(pipelines) == 1 else "")


def _limit(pace: Pace, *, setting: int) -> Limit:
    norm = max(pace.slow, SLOWER * pace.usual)
    if setting <= norm * ALIKE and norm <= setting * ALIKE:
        return Limit(days=setting, pace=pace)
    return Limit(days=min(max(norm, -(-setting // WIDEST)), setting * WIDEST), pace=pace, measured=True)

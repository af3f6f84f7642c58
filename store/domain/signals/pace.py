"""Measure the company's pace from its won deals, and tell the days on which records were imported."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import pairwise
from math import ceil
from statistics import median

from store.domain.crm.accounts import Deal
from store.domain.signals.norms import Norms, Pace, Paces, pipeline_of

ANY_STAGE = ""
MOST_DEALS = 9 / 10  # “slow” begins where nine in ten won deals were faster
# Of the histories: if more are missing, the known ones are the quick deals that we saw from start to end.
MOST_UNKNOWN = 1 / 4
STEADY = 1 / 5
IMPORT_LEAST, IMPORT_SHARE, IMPORT_PEAK = 20, 0.2, 8


@dataclass(frozen=True, slots=True, kw_only=True)
class StageMove:
    at: datetime
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WonDeal:
    """A won deal, the moves between stages that we saw (oldest first), and the times of the contacts on it or its account.
    `from_start` means that the moves are all there were since its creation."""

    deal: Deal
    won_at: datetime
    moves: tuple[StageMove, ...] = ()
    from_start: bool = False
    touches: tuple[datetime, ...] = ()


# All moves of a deal since its creation, by the deal's id; None if they cannot be known.
Histories = Mapping[str, tuple[StageMove, ...] | None]


def paces_of(
    won: Iterable[WonDeal],
    histories: Histories,
    *,
    pipelines: Collection[str],
    imported: Collection[date],
    last: Norms,
) -> tuple[Paces, Paces]:
    """Return the stays and the gaps on the won deals of each pipeline."""
    stays: dict[str, Mapping[str, Pace]] = {}
    gaps: dict[str, Mapping[str, Pace]] = {}
    for name, deals in by_pipeline(won, pipelines).items():
        sampled = with_histories(deals, histories)
        whole = {each.deal.id: each for each in (*deals, *sampled)}.values()
        if found := stays_of(sampled, imported):
            stays[name] = steadied(found, last.stays.get(name, {}))
        if found := gaps_of(whole):
            gaps[name] = steadied(found, last.gaps.get(name, {}))
    return stays, gaps


def by_pipeline(won: Iterable[WonDeal], pipelines: Collection[str]) -> dict[str, list[WonDeal]]:
    """Group won deals by the pipeline among whose deals they count."""
    grouped: dict[str, list[WonDeal]] = defaultdict(list)
    for each in won:
        grouped[pipeline_of(each.deal, pipelines)].append(each)
    return grouped


def since_joining(moves: Sequence[StageMove], joined: datetime | None) -> tuple[StageMove, ...]:
    """Return a deal's moves in the pipeline that it joined at that time (None: it was always in it), after one that stands for
    joining: its earlier moves belong to another pipeline."""
    if joined is None:
        return tuple(moves)
    stage = next((move.after for move in reversed(moves) if move.at <= joined), None)
    return (StageMove(at=joined, before=None, after=stage), *(move for move in moves if move.at > joined))


def with_histories(won: Iterable[WonDeal], histories: Histories) -> list[WonDeal]:
    """Return the deals whose whole history is known; none if too many are missing."""
    asked = [each for each in won if each.deal.id in histories]
    known = [
        replace(each, moves=moves, from_start=True) for each in asked if (moves := histories[each.deal.id]) is not None
    ]
    return known if len(asked) - len(known) <= MOST_UNKNOWN * len(asked) else []


def stays_of(won: Iterable[WonDeal], imported: Collection[date] = ()) -> dict[str, Pace]:
    """Return how long won deals stayed in each stage: of several stays of one deal, the longest. The first stay of a deal
    created on an `imported` day has no known beginning."""
    found: dict[str, list[list[float]]] = defaultdict(list)
    for deal in won:
        each = replace(deal, from_start=deal.from_start and deal.deal.created_at.date() not in imported)
        for stage, days in _by_stage(_stays(each)).items():
            found[stage].append([max(days)])
    return {stage: _pace(days) for stage, days in found.items()}


def gaps_of(won: Iterable[WonDeal]) -> dict[str, Pace]:
    """Return how long won deals went without a contact, by the stage they were in and for all stages together."""
    found: dict[str, list[list[float]]] = defaultdict(list)
    for each in won:
        for stage, days in _by_stage(_gaps(each)).items():
            found[stage].append(days)
    return {stage: _pace(days) for stage, days in found.items()}


def steadied(paces: Mapping[str, Pace], last: Mapping[str, Pace]) -> dict[str, Pace]:
    """Return the paces with the limits of the last time, unless they moved by more than a fifth: otherwise a deal might be
    slow one day, not the next, and slow again the day after."""
    return {stage: _steady(pace, last.get(stage)) for stage, pace in paces.items()}


def _steady(pace: Pace, last: Pace | None) -> Pace:
    return replace(pace, slow=last.slow) if last and abs(pace.slow - last.slow) <= STEADY * last.slow else pace


def imported_days(created: Mapping[date, int]) -> frozenset[date]:
    """Return the days on which so many records were created, compared with all and with the other days, that they must have
    been imported."""
    total = sum(created.values())

    def is_import(day: date, count: int) -> bool:
        others = [each for other, each in created.items() if other != day]
        usual = median(others) if others else 0
        return count >= IMPORT_LEAST and (count >= IMPORT_SHARE * total or count >= IMPORT_PEAK * usual)

    return frozenset(day for day, count in created.items() if is_import(day, count))


def _stays(won: WonDeal) -> Iterator[tuple[str, float]]:
    entered = won.deal.created_at if won.from_start else None
    for move in won.moves:
        if entered is not None and move.before:
            yield move.before, _days(entered, move.at)
        entered = move.at


def _gaps(won: WonDeal) -> Iterator[tuple[str, float]]:
    touches = sorted(at for at in won.touches if won.deal.created_at <= at <= won.won_at)
    for earlier, later in pairwise(touches):
        yield ANY_STAGE, _days(earlier, later)
        if stage := _stage_at(won, later):
            yield stage, _days(earlier, later)


def _stage_at(won: WonDeal, moment: datetime) -> str | None:
    after = next((move for move in won.moves if move.at >= moment), None)
    return after.before if after else None


def _by_stage(found: Iterable[tuple[str, float]]) -> dict[str, list[float]]:
    grouped: dict[str, list[float]] = defaultdict(list)
    for stage, days in found:
        grouped[stage].append(days)
    return grouped


def _pace(of_deals: Sequence[Sequence[float]]) -> Pace:
    """`of_deals` has the days of each deal."""
    longest = sorted(max(days) for days in of_deals)
    slow = longest[ceil(MOST_DEALS * len(longest)) - 1]
    usual = median(each for days in of_deals for each in days)
    return Pace(deals=len(of_deals), usual=max(1, round(usual)), slow=max(1, ceil(slow)))


def _days(earlier: datetime, later: datetime) -> float:
    return (later - earlier).total_seconds() / 86_400

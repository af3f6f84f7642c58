"""Whether the bot is as sure as it may be, and its risk worth heeding: made-up companies with known truth, replayed."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from datetime import date
from time import perf_counter

from integrations.sandbox.world import build_world
from store.domain.brief.confidence import SURE
from store.domain.crm.evidence import ConfidenceLevel
from store.domain.errors import BadInput
from store.domain.signals.kinds import Risk
from tests.bench.reliability.replayed import AGES, Closed, Judged, judged
from tests.bench.reliability.separation import auc

END = date(2026, 7, 3)
MOST_WORLDS = 50


async def measure(*, worlds: int = 6, first_seed: int = 1, owners: int = 6, accounts: int = 40) -> dict[str, object]:
    """Replay companies with noise through the real signals, and compare how sure the bot was with the truth.

    `reliability` has a row for each kind of signal and age of the data, `levels` one for each age and each of the words that
    people read. An AUC is the chance that of two, the true one got the higher score: 0.5 is guessing. `auc_fresh` is that on data
    of the same morning. `risk_auc` is the chance that of a lost and a won deal, the lost one's account had the higher risk at its
    worst in the 45 days before; `losses_by_risk` says how many were lost after each level of risk.
    """
    if not 1 <= worlds <= MOST_WORLDS:
        raise BadInput(f"--worlds takes 1 to {MOST_WORLDS} made-up companies, not {worlds}.")
    began = perf_counter()
    signals: list[Judged] = []
    closed: list[Closed] = []
    for seed in range(first_seed, first_seed + worlds):
        world = build_world(seed=seed, owners=owners, accounts_per_owner=accounts, end=END, noise=True)
        for found in judged(world):
            if isinstance(found, Judged):
                signals.append(found)
            else:
                closed.append(found)
            await asyncio.sleep(0)
    return figures_of(signals, closed) | {"worlds": worlds, "seconds": round(perf_counter() - began, 1)}


def figures_of(signals: Sequence[Judged], closed: Sequence[Closed]) -> dict[str, object]:
    fresh = [each for each in signals if each.age == 0]
    return {
        "signals": len(signals),
        "auc_fresh": _auc(fresh),
        "auc_by_age": {str(age): _auc(each for each in signals if each.age == age) for age in AGES},
        "auc_all_ages": _auc(signals),
        "risk_auc": auc([each.risk for each in closed], [each.lost for each in closed]),
        "losses": sum(each.lost for each in closed),
        "losses_by_risk": [_lost([each for each in closed if each.level is level], level) for level in (*Risk, None)],
        "levels": [row for age in AGES for row in _levels([each for each in signals if each.age == age], age)],
        "reliability": [
            row
            for kind in sorted({each.kind for each in signals})
            for age in AGES
            if (row := _row([each for each in signals if (each.kind, each.age) == (kind, age)]))
        ],
    }


def _auc(signals: Iterable[Judged]) -> float | None:
    found = list(signals)
    return auc([each.score for each in found], [each.true for each in found])


def _levels(signals: Sequence[Judged], age: int) -> Iterable[dict[str, object]]:
    for level in ConfidenceLevel:
        found = [each for each in signals if each.level is level]
        if found:
            yield {"age_days": age, "says": SURE[level], "count": len(found), "true": _share(found)}


def _row(signals: Sequence[Judged]) -> dict[str, object] | None:
    """None if there are none."""
    if not signals:
        return None
    return {
        "kind": str(signals[0].kind),
        "age_days": signals[0].age,
        "count": len(signals),
        "score": round(sum(each.score for each in signals) / len(signals), 3),
        "true": _share(signals),
        "auc": _auc(signals),
    }


def _lost(closed: Sequence[Closed], level: Risk | None) -> dict[str, object]:
    lost = sum(each.lost for each in closed)
    share = round(lost / len(closed), 3) if closed else None
    return {"risk": level or "nothing noticed", "closed": len(closed), "lost": lost, "share": share}


def _share(signals: Sequence[Judged]) -> float:
    return round(sum(each.true for each in signals) / len(signals), 3)

"""The figures of `tests.bench reliability`: each has an example, and a small run has all of them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.domain.crm.evidence import ConfidenceLevel
from store.domain.errors import BadInput
from store.domain.signals.kinds import Risk, SignalKind
from tests.bench.reliability import figures_of, measure
from tests.bench.reliability.replayed import AGES, Closed, Judged
from tests.bench.reliability.separation import auc


@pytest.mark.parametrize(
    ("scores", "positive", "area"),
    [
        ([0.1, 0.2, 0.8, 0.9], [False, False, True, True], 1.0),
        ([0.9, 0.8, 0.2, 0.1], [False, False, True, True], 0.0),
        ([0.5, 0.5, 0.5], [False, True, True], 0.5),
        ([0.1, 0.4, 0.4, 0.9], [False, False, True, True], 0.875),
        ([0.1, 0.4], [True, True], None),
        ([], [], None),
    ],
)
def test_an_auc_is_the_chance_that_the_true_one_scores_higher(
    scores: list[float], positive: list[bool], area: float | None
) -> None:
    assert auc(scores, positive) == area


@given(st.lists(st.tuples(st.integers(0, 9), st.booleans()), max_size=30))
def test_it_is_what_comparing_each_pair_gives(told: list[tuple[int, bool]]) -> None:
    pairs = [(high, low) for high, is_high in told for low, is_low in told if is_high and not is_low]
    won = sum(1.0 if high > low else 0.5 if high == low else 0.0 for high, low in pairs)

    assert auc([score for score, _ in told], [true for _, true in told]) == (
        round(won / len(pairs), 3) if pairs else None
    )


def judged(score: float, *, true: bool, age: int = 0, kind: SignalKind = SignalKind.TASK_OVERDUE) -> Judged:
    level = ConfidenceLevel.HIGH if score > 0.75 else ConfidenceLevel.LOW
    return Judged(kind=kind, age=age, score=score, level=level, true=true)


def test_the_table_has_a_row_for_each_kind_and_age_and_one_for_each_word() -> None:
    figures = figures_of(
        [
            judged(0.9, true=True),
            judged(0.8, true=False),
            judged(0.2, true=False),
            judged(0.1, true=True, age=7),
            judged(0.3, true=True, kind=SignalKind.NO_ACTIVITY),
        ],
        [],
    )

    assert figures["reliability"] == [
        {"kind": "no_activity", "age_days": 0, "count": 1, "score": 0.3, "true": 1.0, "auc": None},
        {"kind": "task_overdue", "age_days": 0, "count": 3, "score": 0.633, "true": 0.333, "auc": 1.0},
        {"kind": "task_overdue", "age_days": 7, "count": 1, "score": 0.1, "true": 1.0, "auc": None},
    ]
    assert figures["levels"] == [
        {"age_days": 0, "says": "Sure", "count": 2, "true": 0.5},
        {"age_days": 0, "says": "Not sure", "count": 2, "true": 0.5},
        {"age_days": 7, "says": "Not sure", "count": 1, "true": 1.0},
    ]
    assert figures["auc_fresh"] == 0.75
    assert figures["auc_all_ages"] == 0.5


def test_losses_are_counted_by_the_risk_before_them() -> None:
    figures = figures_of(
        [],
        [
            Closed(risk=0.6, level=Risk.HIGH, lost=True),
            Closed(risk=0.4, level=Risk.HIGH, lost=False),
            Closed(risk=0.0, level=None, lost=False),
        ],
    )

    assert (figures["risk_auc"], figures["losses"]) == (1.0, 1)
    assert figures["losses_by_risk"] == [
        {"risk": "high", "closed": 2, "lost": 1, "share": 0.5},
        {"risk": "medium", "closed": 0, "lost": 0, "share": None},
        {"risk": "low", "closed": 0, "lost": 0, "share": None},
        {"risk": "nothing noticed", "closed": 1, "lost": 0, "share": 0.0},
    ]


@pytest.mark.slow
async def test_of_a_company_whose_records_are_sometimes_wrong_the_sure_signals_are_true_more_often() -> None:
    figures: dict[str, Any] = {**await measure(worlds=2, owners=5, accounts=40)}

    share = {row["says"]: row["true"] for row in figures["levels"] if row["age_days"] == 0}
    assert share["Sure"] > share["Fairly sure"] > share["Not sure"]
    assert figures["auc_fresh"] > 0.7
    assert {row["age_days"] for row in figures["reliability"]} == set(AGES)
    assert figures["losses"] >= 30
    assert figures["risk_auc"] > 0.55


async def test_no_worlds_are_refused() -> None:
    with pytest.raises(BadInput, match=r"--worlds takes 1 to 50 made-up companies, not 0\."):
        await measure(worlds=0)

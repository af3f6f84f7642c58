"""Pipelines that share stages: each deal is measured by the won deals of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.domain.signals.kinds import SignalKind
from store.domain.signals.norms import Limit, Norms, Pace, Paces, pipeline_of
from store.domain.signals.pace import StageMove, WonDeal, paces_of, since_joining, stays_of
from tests.domain.makers import DAY, NOW, call, context, deal, facts, found
from tests.domain.signals.test_norms import START, won

STALLED, SILENT = SignalKind.DEAL_STALLED, SignalKind.NO_ACTIVITY
QUICK, SLOW = Pace(deals=14, usual=5, slow=10), Pace(deals=22, usual=40, slow=80)
BOTH = Norms(
    pipelines=frozenset({"Renewals", "Enterprise", "Partners"}),
    stays={"Renewals": {"Proposal": QUICK}, "Enterprise": {"Proposal": SLOW}, "": {"Proposal": QUICK}},
    gaps={"Renewals": {"": QUICK}, "Enterprise": {"": SLOW, "Proposal": replace(SLOW, deals=2)}},
)


def measured(deals: Sequence[WonDeal], *pipelines: str) -> tuple[Paces, Paces]:
    histories = {each.deal.id: each.moves for each in deals}
    return paces_of(deals, histories, pipelines=frozenset(pipelines), imported=(), last=Norms())


def test_the_same_stage_has_a_pace_in_each_pipeline() -> None:
    deals = [
        won(2, 5, 1, id=f"{name}{days}", pipeline_name=name, touched=(1, days))
        for name in ("Renewals", "Enterprise")
        for days in ((3, 4) if name == "Renewals" else (7,))
    ]
    stays, gaps = measured(deals, "Renewals", "Enterprise")
    assert {name: of["Proposal"].deals for name, of in stays.items()} == {"Renewals": 2, "Enterprise": 1}
    assert {name: of[""] for name, of in gaps.items()} == {
        "Renewals": Pace(deals=2, usual=2, slow=3),
        "Enterprise": Pace(deals=1, usual=6, slow=6),
    }


@given(
    st.lists(
        st.tuples(st.sampled_from((None, "Renewals", "Enterprise")), st.floats(min_value=0.1, max_value=300)),
        max_size=30,
    )
)
def test_no_pipeline_changes_the_pace_of_another(stays: list[tuple[str | None, float]]) -> None:
    names = ("Renewals", "Enterprise")
    deals = [won(days, 5, id=str(number), pipeline_name=name) for number, (name, days) in enumerate(stays)]
    found_stays, _ = measured(deals, *names)
    for name in (*names, ""):
        alone = [each for each in deals if (each.deal.pipeline_name or "") == name]
        assert found_stays.get(name, {}) == stays_of(alone)
    together, _ = measured(deals, "Renewals")
    named = [each for each in deals if each.deal.pipeline_name != "Enterprise"]
    assert together.get("Renewals", {}) == stays_of(named)


@pytest.mark.parametrize(
    ("name", "pipelines", "counts_as"),
    [
        (None, (), ""),
        ("Standard", (), ""),  # the first deal to name one, before the norms are measured again
        (None, ("Standard",), "Standard"),
        ("Standard", ("Standard",), "Standard"),
        ("Renewals", ("Standard",), "Renewals"),
        (None, ("Standard", "Renewals"), ""),
    ],
)
def test_a_deal_counts_among_its_own_pipeline_or_the_only_one(
    name: str | None, pipelines: tuple[str, ...], counts_as: str
) -> None:
    assert pipeline_of(deal(pipeline_name=name), frozenset(pipelines)) == counts_as


def test_a_pipeline_with_too_few_won_deals_is_measured_by_the_setting_and_not_by_another() -> None:
    new = deal(pipeline_name="Partners")
    assert BOTH.stay_limit(new, setting=30, enough=10) == Limit(days=30)
    assert BOTH.gap_limit(new, setting=30, enough=10) == Limit(days=30)
    slow = deal(pipeline_name="Enterprise")
    assert BOTH.gap_limit(slow, setting=30, enough=10) == Limit(
        days=80, pace=SLOW, measured=True, pipeline="Enterprise"
    )
    assert BOTH.gap_limit(slow, setting=30, enough=23) == Limit(days=30)


def test_thirty_days_are_long_for_a_renewal_and_nothing_for_an_enterprise_deal() -> None:
    at = context(stage_since={"d1": NOW - 30 * DAY}, norms=BOTH)
    (signal,) = found(STALLED, facts(deal(pipeline_name="Renewals")), at).signals
    assert signal.statement == (
        "“Renewal” ($9,000) has been in Proposal for 30 days (usually 5 on your won Renewals deals)."
    )
    assert signal.evidence[0].value.endswith("; usually 5; compared with 14 won Renewals deals in this stage")
    other = found(STALLED, facts(deal(pipeline_name="Enterprise")), at)
    assert not other.signals
    assert other.why_not.endswith("stalled counts after 80 days (by your won Enterprise deals).")


def test_a_deal_without_a_pipeline_among_others_is_compared_with_its_like() -> None:
    at = context(stage_since={"d1": NOW - 30 * DAY}, norms=BOTH)
    (signal,) = found(STALLED, facts(deal()), at).signals
    assert "for 30 days (usually 5 on your won deals without a pipeline)." in signal.statement
    assert "compared with 14 won deals without a pipeline in this stage" in signal.evidence[0].value


def test_silence_is_measured_by_the_pipeline_of_the_biggest_deal() -> None:
    quiet = (call(NOW - 21 * DAY),)
    small, big = deal(pipeline_name="Renewals"), deal("d2", pipeline_name="Enterprise", amount=90_000.0)
    (signal,) = found(SILENT, facts(small, activities=quiet), context(norms=BOTH)).signals
    assert signal.statement.startswith("Nothing logged for 21 days (usually 5 on your won Renewals deals)")
    assert signal.evidence[0].value.endswith("compared with the pauses on 14 won Renewals deals")
    assert not found(SILENT, facts(small, big, activities=quiet), context(norms=BOTH)).signals


@pytest.mark.parametrize("name", ["Standard", None])
def test_with_one_pipeline_nothing_names_it(name: str | None) -> None:
    one = Norms(pipelines=frozenset({"Standard"}), stays={"Standard": {"Proposal": QUICK}})
    at = context(stage_since={"d1": NOW - 30 * DAY}, norms=one)
    (signal,) = found(STALLED, facts(deal(pipeline_name=name)), at).signals
    assert "(usually 5 on your won deals)" in signal.statement
    assert "compared with 14 won deals in this stage" in signal.evidence[0].value


def test_a_pipelines_name_cannot_break_the_sentence() -> None:
    odd = "Renewals\n*now*\u202e" + "x" * 200
    names = Norms(pipelines=frozenset({odd, "Enterprise"}), stays={odd: {"Proposal": QUICK}})
    at = context(stage_since={"d1": NOW - 30 * DAY}, norms=names)
    (signal,) = found(STALLED, facts(deal(pipeline_name=odd)), at).signals
    assert "\n" not in signal.statement
    assert len(signal.statement) < 150


def test_a_deal_that_changed_its_pipeline_has_a_stay_from_then_on() -> None:
    moves = (
        StageMove(at=START + 10 * DAY, before="Qualification", after="Proposal"),
        StageMove(at=START + 30 * DAY, before="Proposal", after="Negotiation"),
        StageMove(at=START + 50 * DAY, before="Negotiation", after="Closed Won"),
    )
    joined = since_joining(moves, START + timedelta(days=28))
    assert joined[0] == StageMove(at=START + 28 * DAY, before=None, after="Proposal")
    stays = stays_of([WonDeal(deal=deal(created_at=START), won_at=NOW, moves=joined, from_start=True)])
    assert {stage: pace.usual for stage, pace in stays.items()} == {"Proposal": 2, "Negotiation": 20}
    assert since_joining(moves, None) == moves

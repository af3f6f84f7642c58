"""When a deal moved in the wrong direction."""

from __future__ import annotations

from datetime import timedelta

import pytest

from store.domain.crm.evidence import Source
from store.domain.signals.context import SignalPolicy
from store.domain.signals.kinds import SignalKind
from tests.domain.makers import DAY, NOW, SECOND, TODAY, context, deal, facts, found, moved

SLIPPED, DROPPED, BACK = SignalKind.CLOSE_DATE_SLIPPED, SignalKind.AMOUNT_DROPPED, SignalKind.STAGE_MOVED_BACK


@pytest.mark.parametrize(("days", "slipped"), [(6, False), (7, True), (8, True), (-30, False)])
def test_a_closing_date_slips_when_it_moves_by_seven_days_or_more(days: int, slipped: bool) -> None:
    before = deal()
    assert before.closing_date is not None
    after, changes = moved(before, NOW - DAY, closing_date=before.closing_date + days * DAY)
    assert bool(found(SLIPPED, facts(after), context(*changes)).signals) is slipped


def test_a_slip_is_told_with_both_dates_and_cites_the_change() -> None:
    after, changes = moved(deal(closing_date=TODAY + 10 * DAY), NOW - DAY, closing_date=TODAY + 102 * DAY)
    (signal,) = found(SLIPPED, facts(after), context(*changes)).signals
    assert signal.statement == "“Renewal” ($9,000) slipped 92 days to 2 Mar 2027."
    assert signal.evidence[0].id == f"deal:d1:closing_date@{changes[0].id}"
    assert signal.evidence[0].source is Source.CHANGE
    assert signal.since == NOW - DAY


def test_two_small_slips_in_the_window_count_together_from_the_first_date() -> None:
    first = deal(closing_date=TODAY + 30 * DAY)
    second, one = moved(first, NOW - 4 * DAY, closing_date=TODAY + 34 * DAY)
    third, two = moved(second, NOW - DAY, closing_date=TODAY + 38 * DAY)
    (signal,) = found(SLIPPED, facts(third), context(*one, *two)).signals
    assert "slipped 8 days" in signal.statement
    assert signal.evidence[0].change_id == two[0].id


def test_a_date_that_came_back_or_moved_on_unseen_is_no_slip() -> None:
    first = deal(closing_date=TODAY + 30 * DAY)
    second, out = moved(first, NOW - 4 * DAY, closing_date=TODAY + 60 * DAY)
    third, back = moved(second, NOW - DAY, closing_date=TODAY + 30 * DAY)
    assert not found(SLIPPED, facts(third), context(*out, *back)).signals
    assert not found(SLIPPED, facts(third), context(*out)).signals  # the present value is not the one it moved to


@pytest.mark.parametrize(("age", "told"), [(7 * DAY - SECOND, True), (7 * DAY, False), (7 * DAY + SECOND, False)])
def test_a_movement_is_told_for_seven_days(age: timedelta, told: bool) -> None:
    after, changes = moved(deal(amount=100.0), NOW - age, amount=50.0)
    assert bool(found(DROPPED, facts(after), context(*changes)).signals) is told


@pytest.mark.parametrize(
    ("after", "dropped"), [(90_000.01, False), (90_000.0, True), (89_999.99, True), (110_000.0, False), (None, False)]
)
def test_an_amount_drops_when_it_falls_by_a_tenth_or_more(after: float | None, dropped: bool) -> None:
    later, changes = moved(deal(amount=100_000.0), NOW - DAY, amount=after)
    assert bool(found(DROPPED, facts(later), context(*changes)).signals) is dropped


def test_a_drop_is_told_with_its_share_and_both_amounts() -> None:
    after, changes = moved(deal(amount=100_000.0), NOW - DAY, amount=84_000.0)
    (signal,) = found(DROPPED, facts(after), context(*changes)).signals
    assert signal.statement == "“Renewal” ($84,000) lost 16% (was $100,000)."
    assert signal.evidence[0].value == "$100,000 → $84,000, 16% less"


@pytest.mark.parametrize(
    ("before", "after", "back"),
    [
        ("Negotiation", "Proposal", True),
        ("Negotiation", "Qualification", True),
        ("Proposal", "Negotiation", False),
        ("Closed Lost", "Proposal", False),
        ("Negotiation", "Closed Lost", False),
        ("Negotiation", "A stage nobody knows", False),
    ],
)
def test_a_stage_moves_back_only_between_open_stages_of_the_pipeline(before: str, after: str, back: bool) -> None:
    later, changes = moved(deal(stage=before), NOW - DAY, stage=after)
    assert bool(found(BACK, facts(later), context(*changes)).signals) is back


def test_a_deal_that_changed_its_pipeline_did_not_go_back() -> None:
    before = deal(stage="Negotiation", pipeline_name="Enterprise")
    later, changes = moved(before, NOW - DAY, stage="Proposal", pipeline_name="Renewals")
    assert not found(BACK, facts(later), context(*changes)).signals


def test_a_stage_moved_back_is_told_with_both_stages_and_the_day() -> None:
    later, changes = moved(deal(stage="Negotiation"), NOW - 2 * DAY, stage="Proposal")
    (signal,) = found(BACK, facts(later), context(*changes)).signals
    assert signal.statement == "“Renewal” ($9,000) went back from Negotiation to Proposal."


@pytest.mark.parametrize("kind", [SLIPPED, DROPPED, BACK])
def test_why_not_names_the_threshold_and_the_window(kind: SignalKind) -> None:
    assert found(kind, facts(deal()), context()).why_not.endswith("in the last 7 days.")
    assert found(kind, facts(), context()).why_not == "There is no open deal."


def test_thresholds_are_settings() -> None:
    after, changes = moved(deal(amount=100.0), NOW - DAY, amount=97.0)
    policy = SignalPolicy(drop_share=0.02)
    assert found(DROPPED, facts(after), context(*changes, policy=policy)).signals
    assert found(DROPPED, facts(deal()), context(policy=policy)).why_not.startswith("No open deal lost 2% or more")


def test_a_reopened_deal_did_not_slip_from_the_day_it_was_closed_nor_move_back_nor_lose_money() -> None:
    planned = deal(stage="Negotiation", closing_date=TODAY + 20 * DAY, amount=100_000.0)
    won, one = moved(planned, NOW - 5 * DAY, stage="Closed Won", closing_date=TODAY - 5 * DAY, amount=120_000.0)
    reopened, two = moved(won, NOW - 3 * DAY, stage="Proposal", closing_date=TODAY + 60 * DAY, amount=90_000.0)
    for noticed in ((*one, *two), two):
        at = context(*noticed)
        assert [found(kind, facts(reopened), at).signals for kind in (SLIPPED, DROPPED, BACK)] == [(), (), ()]


def test_a_new_date_in_place_of_the_day_a_deal_was_closed_is_no_slip_and_the_next_one_is() -> None:
    won = deal(stage="Closed Won", closing_date=TODAY - 8 * DAY)
    reopened, one = moved(won, NOW - 5 * DAY, stage="Negotiation")
    planned, two = moved(reopened, NOW - 4 * DAY, closing_date=TODAY + 15 * DAY)
    assert not found(SLIPPED, facts(planned), context(*one, *two)).signals
    later, three = moved(planned, NOW - DAY, closing_date=TODAY + 30 * DAY)
    (slip,) = found(SLIPPED, facts(later), context(*one, *two, *three)).signals
    assert "slipped 15 days" in slip.statement


def test_what_happens_to_a_deal_after_it_was_reopened_is_told() -> None:
    lost = deal(stage="Closed Lost", amount=100_000.0)
    reopened, one = moved(lost, NOW - 5 * DAY, stage="Negotiation")
    later, two = moved(reopened, NOW - DAY, stage="Proposal", amount=60_000.0)
    at = context(*one, *two)
    assert "lost 40%" in found(DROPPED, facts(later), at).signals[0].statement
    assert "went back from Negotiation to Proposal" in found(BACK, facts(later), at).signals[0].statement

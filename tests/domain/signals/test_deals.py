"""When an open deal is stalled, past its date or without a next step."""

from __future__ import annotations

from datetime import timedelta

import pytest

from store.domain.crm.accounts import Activity, ActivityType
from store.domain.crm.money import Currency
from store.domain.signals.kinds import Risk, SignalKind
from tests.domain.makers import DAY, NOW, SECOND, TODAY, activity, call, context, deal, facts, found, task

STALLED, PASSED, NO_STEP = SignalKind.DEAL_STALLED, SignalKind.CLOSE_DATE_PASSED, SignalKind.NO_NEXT_STEP


@pytest.mark.parametrize(("age", "stalled"), [(30 * DAY - SECOND, False), (30 * DAY, False), (30 * DAY + SECOND, True)])
def test_a_deal_is_stalled_after_more_than_thirty_days_in_its_stage(age: timedelta, stalled: bool) -> None:
    finding = found(STALLED, facts(deal()), context(stage_since={"d1": NOW - age}))
    assert bool(finding.signals) is stalled


def test_a_stalled_deal_is_told_with_its_stage_its_worth_and_its_days() -> None:
    stuck = deal(name="Renewal 2026", amount=84_000.0, stage="Negotiation")
    (signal,) = found(
        STALLED, facts(stuck), context(stage_since={"d1": NOW - 47 * DAY}, currency=Currency(sign="€"))
    ).signals
    assert signal.statement == "“Renewal 2026” (€84,000) has been in Negotiation for 47 days."
    assert [(cited.id, cited.value) for cited in signal.evidence] == [
        ("deal:d1:stage", "Negotiation since 4 Oct; 47 days"),
        ("deal:d1:amount", "€84,000"),
    ]
    assert (signal.risk, signal.amount, signal.record_id) == (Risk.HIGH, 84_000.0, "d1")


def test_without_a_known_stage_date_the_last_modification_counts() -> None:
    assert found(STALLED, facts(deal(modified_at=NOW - 31 * DAY)), context()).signals
    assert not found(STALLED, facts(deal(modified_at=NOW - 29 * DAY)), context()).signals


@pytest.mark.parametrize("stage", ["Closed Won", "Closed Lost"])
def test_a_closed_deal_is_neither_stalled_nor_late_nor_without_a_step(stage: str) -> None:
    closed = facts(deal(stage=stage, closing_date=TODAY - 9 * DAY, next_step=None))
    at = context(stage_since={"d1": NOW - 90 * DAY})
    for kind in (STALLED, PASSED, NO_STEP):
        assert found(kind, closed, at).why_not == "There is no open deal."


def test_why_not_stalled_names_the_slowest_deal() -> None:
    at = context(stage_since={"d1": NOW - 12 * DAY, "d2": NOW - 3 * DAY})
    assert found(STALLED, facts(deal(), deal("d2")), at).why_not == (
        "The slowest open deal, “Renewal”, has been in Proposal for 12 days; stalled counts after 30 days."
    )


@pytest.mark.parametrize(("days", "passed"), [(-1, True), (0, False), (1, False)])
def test_a_closing_date_has_passed_from_the_day_after(days: int, passed: bool) -> None:
    finding = found(PASSED, facts(deal(closing_date=TODAY + days * DAY)), context())
    assert bool(finding.signals) is passed


def test_a_passed_closing_date_is_told_with_the_date() -> None:
    (signal,) = found(PASSED, facts(deal(closing_date=TODAY - 12 * DAY)), context()).signals
    assert signal.statement == "“Renewal” ($9,000) was due to close on 8 Nov."
    assert signal.evidence[0].id == "deal:d1:closing_date"


@pytest.mark.parametrize(
    ("days", "says"),
    [
        (365, "was due to close on 20 Nov 2025"),
        (366, "still has the closing date 19 Nov 2025"),
        (9_131, "still has the closing date 20 Nov 2001"),
    ],
)
def test_of_a_date_that_passed_years_ago_no_days_are_counted(days: int, says: str) -> None:
    (signal,) = found(PASSED, facts(deal(closing_date=TODAY - days * DAY)), context()).signals
    assert signal.statement == f"“Renewal” ($9,000) {says}."
    assert ("ago" in signal.evidence[0].value) is (days <= 365)


def test_why_not_passed_names_the_nearest_date_or_that_there_is_none() -> None:
    assert found(PASSED, facts(deal(closing_date=TODAY + 10 * DAY)), context()).why_not == (
        "No closing date has passed; the nearest is 30 Nov."
    )
    assert found(PASSED, facts(deal(closing_date=None)), context()).why_not == "No open deal has a closing date."


@pytest.mark.parametrize(("age", "flagged"), [(3 * DAY, False), (3 * DAY + SECOND, True)])
def test_a_deal_older_than_three_days_needs_a_next_step(age: timedelta, flagged: bool) -> None:
    finding = found(NO_STEP, facts(deal(next_step=None, created_at=NOW - age)), context())
    assert bool(finding.signals) is flagged


@pytest.mark.parametrize("step", [None, "", "  \n"])
def test_an_empty_next_step_is_none(step: str | None) -> None:
    (signal,) = found(NO_STEP, facts(deal(next_step=step)), context()).signals
    assert signal.statement == "“Renewal” ($9,000) has no next step."


@pytest.mark.parametrize(
    ("planned", "flagged"),
    [
        (task(TODAY), False),
        (task(TODAY - DAY), True),
        (task(TODAY + DAY, done=True), True),
        (activity(ActivityType.TASK, None), True),
        (task(TODAY, deal_id="d1"), False),
        (task(TODAY, deal_id="d2"), True),
        (task(TODAY, account_id="a2"), True),
        (call(NOW, done=False), False),
        (call(NOW - SECOND, done=False), True),
        (activity(ActivityType.EVENT, NOW + 60 * DAY), False),
    ],
)
def test_something_planned_on_the_deal_or_on_its_account_is_a_next_step(planned: Activity, flagged: bool) -> None:
    finding = found(NO_STEP, facts(deal(next_step=None), activities=(planned,)), context())
    assert bool(finding.signals) is flagged


def test_a_deal_without_an_account_is_served_only_by_what_hangs_on_it() -> None:
    bare = deal(account_id=None, next_step=None)
    elsewhere = task(TODAY, account_id=None)
    assert found(NO_STEP, facts(bare, account=None, activities=(elsewhere,)), context()).signals
    assert not found(NO_STEP, facts(bare, account=None, activities=(task(TODAY, deal_id="d1"),)), context()).signals


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("Acme GmbH | Renewal", "Renewal"),
        ("acme gmbh – Renewal", "Renewal"),
        ("Acme GmbH", "Acme GmbH"),
        ("Acme GmbH - ", "Acme GmbH -"),
        ("Acme GmbHolding - Renewal", "Acme GmbHolding - Renewal"),
        ("Renewal for Acme GmbH", "Renewal for Acme GmbH"),
        ("The " + "long " * 50 + "name", "The long long long long long long long…"),
        ("A" * 255, "A" * 39 + "…"),
    ],
)
def test_a_deals_name_is_told_without_its_account_and_in_forty_characters(name: str, told: str) -> None:
    (signal,) = found(PASSED, facts(deal(name=name, closing_date=TODAY - DAY)), context()).signals
    assert signal.statement == f"“{told}” ($9,000) was due to close on 19 Nov."


@pytest.mark.parametrize(("count", "said"), [(1, "The open deal names"), (3, "Each of the 3 open deals names")])
def test_deals_with_a_next_step_are_told_in_grammatical_english(count: int, said: str) -> None:
    deals = [deal(id=f"d{number}", next_step="Send the offer") for number in range(count)]
    assert found(SignalKind.NO_NEXT_STEP, facts(*deals), context()).why_not.startswith(said)

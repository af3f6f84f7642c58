"""When an account counts as silent."""

from __future__ import annotations

from datetime import timedelta

import pytest

from store.domain.crm.accounts import Activity, ActivityType
from store.domain.crm.evidence import Source
from store.domain.signals.context import SignalPolicy
from store.domain.signals.kinds import Risk, SignalKind
from tests.domain.makers import (
    DAY,
    NOW,
    SECOND,
    TODAY,
    account,
    activity,
    call,
    contact,
    context,
    deal,
    facts,
    found,
    note,
    task,
)

KIND = SignalKind.NO_ACTIVITY


@pytest.mark.parametrize(("age", "silent"), [(30 * DAY - SECOND, False), (30 * DAY, False), (30 * DAY + SECOND, True)])
def test_an_account_is_silent_once_its_last_touch_is_more_than_thirty_days_old(age: timedelta, silent: bool) -> None:
    finding = found(KIND, facts(activities=(call(NOW - age),)), context())
    assert bool(finding.signals) is silent


def test_the_statement_names_the_last_touch_and_the_evidence_the_biggest_open_deal() -> None:
    deals = (deal("d1", amount=12_000.0), deal("d2", name="Expansion", amount=84_000.0))
    (signal,) = found(KIND, facts(*deals, activities=(call(NOW - 47 * DAY),)), context()).signals
    assert signal.statement == "Nothing logged for 47 days, since a call on 4 Oct."
    assert signal.record_id == "a1"
    assert signal.since == NOW - 17 * DAY
    assert signal.evidence[0].source is Source.ABSENCE
    assert [cited.id for cited in signal.evidence] == ["activity:x1:at", "deal:d2:stage", "deal:d2:amount"]
    assert signal.risk is Risk.HIGH


@pytest.mark.parametrize(
    "touch",
    [
        call(NOW - DAY),
        activity(ActivityType.EVENT, NOW - DAY, done=False),
        task(TODAY - 60 * DAY, done=True, done_at=NOW - DAY),
    ],
)
def test_a_done_call_a_meeting_that_took_place_and_a_completed_task_are_touches(touch: Activity) -> None:
    assert not found(KIND, facts(activities=(touch,)), context()).signals


def test_a_note_is_a_touch_and_so_is_the_creation_of_the_account() -> None:
    assert not found(KIND, facts(activities=(), notes=(note(NOW - DAY),)), context()).signals
    assert not found(KIND, facts(activities=(), account=account(created_at=NOW - 5 * DAY)), context()).signals


@pytest.mark.parametrize(
    "no_touch",
    [task(TODAY - DAY), call(NOW - DAY, done=False), call(NOW + DAY), task(TODAY, done=True, done_at=NOW + SECOND)],
)
def test_an_open_task_a_call_not_made_and_the_future_are_no_touches(no_touch: Activity) -> None:
    finding = found(KIND, facts(activities=(no_touch,)), context())
    assert finding.signals[0].statement == "Nothing logged for 200 days, since the account's creation on 4 May."


@pytest.mark.parametrize(
    ("ahead", "silent"), [(-SECOND, True), (0 * DAY, False), (14 * DAY, False), (14 * DAY + SECOND, True)]
)
def test_a_call_planned_within_fourteen_days_answers_the_silence(ahead: timedelta, silent: bool) -> None:
    planned = call(NOW + ahead, "x2", done=False)
    finding = found(KIND, facts(activities=(call(NOW - 40 * DAY), planned)), context())
    assert bool(finding.signals) is silent


def test_why_not_tells_the_last_touch_or_what_is_planned() -> None:
    assert found(KIND, facts(activities=(call(NOW - 6 * DAY),)), context()).why_not == (
        "Last touch was a call 6 days ago, on 14 Nov; silence counts after 30 days."
    )
    planned = activity(ActivityType.EVENT, NOW + 4 * DAY, "x2")
    assert found(KIND, facts(activities=(call(NOW - 47 * DAY), planned)), context()).why_not == (
        "A meeting is planned on 24 Nov, which ends the silence since 4 Oct."
    )


def test_somebody_elses_account_and_deals_without_an_account_are_never_silent() -> None:
    old = (call(NOW - 99 * DAY),)
    assert not found(KIND, facts(deal(), activities=old, partial=True), context()).signals
    assert not found(KIND, facts(deal(account_id=None), account=None, activities=old), context()).signals


def test_silence_without_an_open_deal_is_of_low_risk_and_the_threshold_is_a_setting() -> None:
    quiet = facts(activities=(call(NOW - 11 * DAY),), contacts=(contact(),))
    (signal,) = found(KIND, quiet, context(policy=SignalPolicy(silent_days=10))).signals
    assert signal.risk is Risk.LOW


def test_dates_are_told_in_the_readers_time_zone() -> None:
    late = NOW - 40 * DAY + timedelta(hours=17)  # 11 Oct 23:00 UTC, already the 12th in Tokyo
    finding = found(KIND, facts(activities=(call(late),)), context(timezone="Asia/Tokyo"))
    assert "since a call on 12 Oct" in finding.signals[0].statement

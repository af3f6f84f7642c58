"""Overdue tasks, and news: new, won and lost deals."""

from __future__ import annotations

from datetime import timedelta

import pytest

from store.domain.crm.accounts import ActivityType
from store.domain.crm.changes import diff
from store.domain.signals.kinds import Risk, SignalKind
from tests.domain.makers import DAY, NOW, SECOND, TODAY, activity, context, deal, facts, found, moved, task

OVERDUE = SignalKind.TASK_OVERDUE
NEW, WON, LOST = SignalKind.NEW_DEAL, SignalKind.DEAL_WON, SignalKind.DEAL_LOST


@pytest.mark.parametrize(("days", "overdue"), [(-1, True), (0, False), (1, False)])
def test_a_task_is_overdue_from_the_day_after_it_was_due(days: int, overdue: bool) -> None:
    finding = found(OVERDUE, facts(activities=(task(TODAY + days * DAY),)), context())
    assert bool(finding.signals) is overdue


def test_a_done_task_and_one_without_a_date_are_not_overdue() -> None:
    done, dateless = task(TODAY - DAY, done=True), activity(ActivityType.TASK, None)
    assert not found(OVERDUE, facts(activities=(done,)), context()).signals
    assert found(OVERDUE, facts(activities=(dateless,)), context()).why_not == "The open task has no due date."


def test_one_task_and_several_are_each_told_in_grammatical_english() -> None:
    next_one, later = task(TODAY + DAY), task(TODAY + 3 * DAY, id="t2")
    assert found(OVERDUE, facts(activities=(next_one,)), context()).why_not == "The open task is due on 21 Nov."
    assert found(OVERDUE, facts(activities=(next_one, later)), context()).why_not == (
        "None of the 2 open tasks is overdue; the nearest is due on 21 Nov."
    )


def test_an_overdue_task_weighs_more_where_it_hangs_on_a_big_open_deal() -> None:
    late = task(TODAY - 3 * DAY, subject="Send the offer", deal_id="d1")
    (small,) = found(OVERDUE, facts(deal(), activities=(late,)), context()).signals
    (big,) = found(OVERDUE, facts(deal(amount=80_000.0), activities=(late,)), context()).signals
    assert small.statement == "Task “Send the offer” was due on 17 Nov."
    assert (small.risk, big.risk) == (Risk.LOW, Risk.MEDIUM)
    assert big.weight > small.weight


@pytest.mark.parametrize(("age", "told"), [(-SECOND, False), (0 * DAY, True), (SECOND, True)])
def test_a_new_deal_is_news_when_it_was_seen_since_the_last_brief(age: timedelta, told: bool) -> None:
    came = deal(created_at=NOW - DAY)
    changes = diff(None, came, seen_at=NOW - DAY + age)
    assert bool(found(NEW, facts(came), context(*changes)).signals) is told


@pytest.mark.parametrize(
    ("stage", "says"), [("Proposal", "is new, in Proposal"), ("Closed Won", "is new and already won")]
)
def test_a_new_deal_says_in_which_stage_it_came(stage: str, says: str) -> None:
    came = deal(stage=stage, created_at=NOW - DAY)
    (signal,) = found(NEW, facts(came), context(*diff(None, came, seen_at=NOW))).signals
    assert signal.statement == f"“Renewal” ($9,000) {says}."
    assert signal.evidence[0].id.startswith("deal:d1:@")


def test_a_new_deal_that_is_gone_again_is_no_news() -> None:
    assert found(NEW, facts(), context(*diff(None, deal(), seen_at=NOW))).why_not == (
        "No deal was created since the last brief, of 19 Nov."
    )


@pytest.mark.parametrize(("stage", "kind", "word"), [("Closed Won", WON, "won"), ("Closed Lost", LOST, "lost")])
def test_a_deal_closed_since_the_last_brief_is_news(stage: str, kind: SignalKind, word: str) -> None:
    after, changes = moved(deal(stage="Negotiation"), NOW - timedelta(hours=9), stage=stage)
    (signal,) = found(kind, facts(after), context(*changes)).signals
    assert signal.statement == f"“Renewal” ($9,000) was {word} on 19 Nov."
    assert signal.risk is Risk.LOW
    assert not found(kind, facts(after), context(*changes, news_since=NOW)).signals


def test_a_closed_deal_that_changes_sides_or_is_reopened_is_not_won() -> None:
    swapped, changes = moved(deal(stage="Closed Lost"), NOW - DAY / 2, stage="Closed Won")
    assert not found(WON, facts(swapped), context(*changes)).signals
    won, first = moved(deal(), NOW - DAY / 2, stage="Closed Won")
    reopened, second = moved(won, NOW - DAY / 3, stage="Proposal")
    assert not found(WON, facts(reopened), context(*first, *second)).signals


@pytest.mark.parametrize("closed", ["Closed Won", "Closed Lost"])
def test_a_closed_deal_that_is_open_again_was_reopened(closed: str) -> None:
    reopened, changes = moved(deal(stage=closed), NOW - DAY / 3, stage="Negotiation")
    (signal,) = found(SignalKind.DEAL_REOPENED, facts(reopened), context(*changes)).signals
    assert signal.statement == f"“Renewal” ($9,000) was reopened on 19 Nov: {closed} → Negotiation."
    assert signal.evidence[0].change_id == changes[0].id


def test_a_deal_that_was_closed_and_reopened_between_two_briefs_was_reopened_and_one_closed_again_was_not() -> None:
    won, first = moved(deal(), NOW - DAY / 2, stage="Closed Won")
    reopened, second = moved(won, NOW - DAY / 3, stage="Proposal")
    assert found(SignalKind.DEAL_REOPENED, facts(reopened), context(*first, *second)).signals
    again, third = moved(reopened, NOW - DAY / 4, stage="Closed Won")
    assert not found(SignalKind.DEAL_REOPENED, facts(again), context(*first, *second, *third)).signals
    assert not found(SignalKind.DEAL_REOPENED, facts(reopened), context(news_since=NOW)).signals

"""How much one person may ask for: a minute's worth at once, then steadily more."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from store.domain.running.fair_use import Allowance, Wait, ask, full

NOW = datetime(2026, 3, 24, 8, 0, tzinfo=UTC)
THREE = Allowance(per_minute=3, at_once=2)


def test_a_minutes_worth_comes_at_once_and_a_third_of_a_minute_later_one_more() -> None:
    bucket = full(THREE, NOW)
    waits = []
    for seconds in (0, 0, 0, 0, 19, 20, 20):
        turn = ask(bucket, THREE, running=0, now=NOW + timedelta(seconds=seconds))
        bucket = turn.bucket
        waits.append(turn.wait)
    assert waits == [None, None, None, Wait.MANY, Wait.MANY, None, Wait.MANY]


def test_two_run_and_the_third_waits_without_costing_anything() -> None:
    turn = ask(full(THREE, NOW), THREE, running=2, now=NOW)
    assert (turn.wait, turn.bucket.tokens) == (Wait.RUNNING, 3.0)


def test_the_person_hears_it_once_a_minute() -> None:
    bucket, told = full(THREE, NOW), []
    for seconds in (0, 1, 59, 60, 61):
        turn = ask(bucket, THREE, running=2, now=NOW + timedelta(seconds=seconds))
        bucket = turn.bucket
        told.append(turn.tell)
    assert told == [True, False, False, True, False]


def test_without_limits_no_one_waits() -> None:
    assert ask(full(Allowance(), NOW), Allowance(), running=1_000, now=NOW).wait is None


@given(st.lists(st.integers(min_value=-30, max_value=30), max_size=60))
def test_no_order_of_clocks_admits_more_than_a_minutes_worth_and_what_came_back_since(steps: list[int]) -> None:
    bucket, now, latest, admitted = full(THREE, NOW), NOW, NOW, 0
    for step in steps:
        now += timedelta(seconds=step)
        latest = max(latest, now)
        turn = ask(bucket, THREE, running=0, now=now)
        bucket, admitted = turn.bucket, admitted + (turn.wait is None)
    assert admitted <= 3 + (latest - NOW) / timedelta(minutes=1) * 3 + 1e-6

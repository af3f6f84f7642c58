"""What follows from each reason to reject: how long advice rests, and what brings it back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.domain.gate.proposals import Action, Prior, State
from store.domain.gate.reasons import (
    CONSEQUENCES,
    RejectReason,
    comment_in,
    hidden_by,
    is_against,
    reason_of,
    rests,
)
from store.domain.signals.kinds import SignalKind
from tests.domain.makers import NOW

KEY, OTHER_KEY = "acme:follow_up:no_next_step:d1", "acme:escalate:no_next_step:d1"
MAIN, BESIDE, NEWER = "no_next_step:d1:none", "deal_stalled:d1:2026-01-10", "close_date_passed:d1:2026-03-01"
LONGEST = max(each.rest for each in CONSEQUENCES.values())


def rejected(reason: RejectReason, *, days: float = 1.0, marks: tuple[str, ...] = (MAIN, BESIDE)) -> Prior:
    at = NOW - timedelta(days=days)
    return Prior(
        key=KEY,
        title="Agree on a next step",
        action=Action.FOLLOW_UP,
        signals=(SignalKind.NO_NEXT_STEP,),
        state=State.REJECTED,
        decided_by="Anna Berg",
        decided_at=at,
        reason=CONSEQUENCES[reason].label,
        created_at=at,
        marks=marks,
    )


@given(
    reason=st.sampled_from(RejectReason),
    days=st.floats(min_value=0, max_value=90),
    marks=st.sets(st.sampled_from((MAIN, BESIDE)), min_size=1),
)
def test_the_same_advice_on_the_same_facts_never_returns(reason: RejectReason, days: float, marks: set[str]) -> None:
    assert rests(KEY, sorted(marks), [rejected(reason, days=days)], now=NOW)


@pytest.mark.parametrize("reason", RejectReason)
def test_something_new_beside_the_same_fact_waits_for_the_rest_of_its_reason(reason: RejectReason) -> None:
    rest = CONSEQUENCES[reason].rest / timedelta(days=1)
    marks = (MAIN, NEWER)
    assert not rests(KEY, marks, [rejected(reason, days=rest)], now=NOW)
    assert not rest or rests(KEY, marks, [rejected(reason, days=rest - 0.01)], now=NOW)


@pytest.mark.parametrize("reason", RejectReason)
def test_another_fact_is_asked_about_at_once_but_of_whoever_said_that_it_is_not_theirs(reason: RejectReason) -> None:
    for main in (NEWER, "no_next_step:d1:after c9"):
        rested = rests(KEY, (main, MAIN), [rejected(reason, days=0)], now=NOW)
        assert rested is (reason is RejectReason.NOT_MINE)
    assert not rests(KEY, (NEWER,), [rejected(reason, days=LONGEST / timedelta(days=1))], now=NOW)


@pytest.mark.parametrize("reason", RejectReason)
def test_other_advice_on_the_same_fact_rests_too_unless_only_the_advice_did_not_fit(reason: RejectReason) -> None:
    held_back = rests(OTHER_KEY, (MAIN,), [rejected(reason)], now=NOW)
    assert held_back is (reason in (RejectReason.WRONG, RejectReason.NOT_MINE, RejectReason.DONE))


def test_a_row_of_an_earlier_release_rests_for_two_weeks() -> None:
    old = replace(rejected(RejectReason.OTHER, days=13.9, marks=()), reason="Does not fit this account")
    assert rests(KEY, (MAIN,), [old], now=NOW)
    assert not rests(KEY, (MAIN,), [old], now=NOW + timedelta(days=1))


def test_only_a_rejection_keeps_advice_back() -> None:
    for state in set(State) - {State.REJECTED}:
        assert not rests(KEY, (MAIN,), [replace(rejected(RejectReason.OTHER), state=state)], now=NOW)


def test_only_what_is_wrong_or_not_theirs_is_left_out_and_only_those_very_facts() -> None:
    wrong = rejected(RejectReason.WRONG, days=80)
    assert hidden_by(MAIN, [rejected(RejectReason.OTHER), wrong]) is wrong
    assert hidden_by(NEWER, [wrong]) is None
    for reason in set(RejectReason) - {RejectReason.WRONG, RejectReason.NOT_MINE}:
        assert hidden_by(MAIN, [rejected(reason)]) is None


def test_wrong_and_not_fitting_speak_against_like_advice_and_a_matter_of_time_or_person_does_not() -> None:
    against = {reason for reason in RejectReason if is_against(rejected(reason))}
    assert against == {RejectReason.WRONG, RejectReason.OTHER}


@pytest.mark.parametrize(
    ("text", "reason", "comment"),
    [
        ("It's wrong: the date is 2027", RejectReason.WRONG, "the date is 2027"),
        ("Not now", RejectReason.NOT_NOW, ""),
        ("Not mine: ask Ben", RejectReason.NOT_MINE, "ask Ben"),
        ("Already done: called her", RejectReason.DONE, "called her"),
        ("Something else: no: never", RejectReason.OTHER, "no: never"),
        ("The CRM data is wrong", RejectReason.WRONG, ""),
        ("Does not fit this account: too small", RejectReason.OTHER, "Does not fit this account: too small"),
        ("Not relevant", RejectReason.OTHER, "Not relevant"),
        (None, RejectReason.OTHER, ""),
    ],
)
def test_stored_reasons_of_this_release_and_earlier_ones_are_told_apart(
    text: str | None, reason: RejectReason, comment: str
) -> None:
    assert (reason_of(text), comment_in(text)) == (reason, comment)


def test_what_follows_is_one_short_sentence_that_fits_below_its_choice() -> None:
    for follows in CONSEQUENCES.values():
        assert len(follows.label) <= 75
        assert len(follows.tells) <= 75
        assert follows.tells.count(".") == 1
        assert follows.rest <= LONGEST


@pytest.mark.parametrize("reason", list(RejectReason))
def test_a_rejection_that_was_lifted_keeps_nothing_away(reason: RejectReason) -> None:
    lifted = replace(rejected(reason), lifted_at=NOW)
    assert not rests(KEY, (MAIN, BESIDE), [lifted], now=NOW)
    assert hidden_by(MAIN, [lifted]) is None

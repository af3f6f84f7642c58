"""Advice with new facts is the same question, unless they matter."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from store.domain.gate.one_clock import expires, is_same_question
from store.domain.gate.proposals import Proposal
from store.domain.signals.kinds import Risk, SignalKind
from tests.domain.makers import NOW
from tests.domain.proposals import TASK, proposal

ASKED: Proposal = replace(proposal(TASK, risk=Risk.MEDIUM), amount=9_000.0)
ADVICE = ASKED.recommendation
_ORDER = (Risk.LOW, Risk.MEDIUM, Risk.HIGH)


def test_a_new_due_date_or_number_of_days_is_the_same_question() -> None:
    later = replace(
        ADVICE,
        title="Call them after 48 days",
        rationale="It has been quiet for 48 days.",
        write=replace(TASK, due=TASK.due + timedelta(days=1)),
    )
    assert is_same_question(ASKED, later, amount=9_000.0)


def test_another_signal_a_higher_risk_or_other_money_is_a_new_question() -> None:
    also = replace(ADVICE, signals=(*ADVICE.signals, SignalKind.CLOSE_DATE_PASSED))
    assert not is_same_question(ASKED, also, amount=9_000.0)
    assert not is_same_question(ASKED, replace(ADVICE, risk=Risk.HIGH), amount=9_000.0)
    assert not is_same_question(ASKED, ADVICE, amount=12_000.0)
    assert not is_same_question(ASKED, replace(ADVICE, key="other"), amount=9_000.0)


@given(st.sampled_from(_ORDER), st.sets(st.sampled_from(list(SignalKind))))
def test_only_more_than_was_said_before_starts_anew(risk: Risk, kinds: set[SignalKind]) -> None:
    same = is_same_question(ASKED, replace(ADVICE, risk=risk, signals=tuple(kinds)), amount=9_000.0)
    assert same == (kinds <= set(ADVICE.signals) and _ORDER.index(risk) <= _ORDER.index(Risk.MEDIUM))


def test_the_same_question_ends_when_it_was_to_end_or_is_asked_once_more_for_a_day() -> None:
    day = timedelta(days=1)
    assert expires(ASKED, last_moment=NOW + day, at_least=NOW) == ASKED.expires_at
    late = ASKED.expires_at
    assert expires(ASKED, last_moment=late + day, at_least=late) == late + day


def test_an_adjusted_version_keeps_the_age_of_its_question() -> None:
    first = ASKED.next_version(TASK, id="2", created_at=NOW + timedelta(hours=5), expires_at=NOW, needs_second=False)
    second = first.next_version(TASK, id="3", created_at=NOW + timedelta(hours=9), expires_at=NOW, needs_second=False)
    assert first.first_asked == second.first_asked == ASKED.created_at

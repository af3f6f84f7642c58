"""Why an account has its place in a brief, in words; and that a promised reappearance is kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from store.domain.attention.answers import Choice, Count, Lesson
from store.domain.attention.attend import Candidate, attend
from store.domain.attention.ledger import Entry, Ledger, Place, Reason
from store.domain.attention.policy import AttentionPolicy
from store.domain.attention.words import (
    PLACES,
    REASONS,
    answers_on,
    briefs_until_seen,
    factors_of,
    history_sentence,
    place_sentence,
)
from store.domain.attention.worth import worth_of
from store.domain.signals.kinds import Risk, SignalKind

MONDAY = date(2026, 11, 23)
DAY = timedelta(days=1)
POLICY = AttentionPolicy()
ENTRY = Entry(
    account_id="a1",
    account_name="Acme",
    place=Place.ASK,
    reason=Reason.CHANGED,
    risk=Risk.MEDIUM,
    amount=84_200.0,
    worth=worth_of(
        risk=Risk.MEDIUM, score=0.8, amount=84_200, usual=20_000, novelty=0.95, confidence=0.7, answers=0.78
    ),
    statement="It slipped.",
    marks=("slipped",),
    first_on=MONDAY - 3 * DAY,
    topic="no_next_step",
    asked_on=MONDAY,
    unanswered=1,
)
LESSON = Lesson(topic="no_next_step", count=Count(taken=1, dismissed=9), learned=0.78)


def ledger(*entries: Entry) -> Ledger:
    return Ledger(owner_id="u1", brief_id="b1", local_date=MONDAY, entries=entries)


def test_an_accounts_place_and_its_reason_are_one_sentence() -> None:
    assert place_sentence("Acme", ledger(ENTRY), "a1", today=MONDAY) == (
        "The brief of 23 Nov asked for a decision about Acme, because something moved since the brief before."
    )


def test_an_account_that_was_not_noticed_and_a_missing_record_are_said_so() -> None:
    assert (
        place_sentence("Beta", ledger(ENTRY), "a2", today=MONDAY) == "The brief of 23 Nov noticed nothing about Beta."
    )
    assert place_sentence("Beta", None, "a2", today=MONDAY) == (
        "No brief has recorded yet why Beta is in it or not; the next one will."
    )


def test_every_place_and_every_reason_has_words() -> None:
    assert set(PLACES) == set(Place)
    assert set(REASONS) == set(Reason)


def test_an_account_with_common_signals_alone_is_asked_about_for_its_value() -> None:
    asked = place_sentence("Acme", ledger(replace(ENTRY, reason=Reason.COMMON)), "a1", today=MONDAY)
    assert asked.endswith("because of the accounts with nothing but common signals it is among the most valuable.")


def test_its_history_says_since_when_and_how_often_it_went_unanswered() -> None:
    assert history_sentence(replace(ENTRY, unanswered=3, unseen=1), today=MONDAY) == (
        "Medium risk. First noticed 20 Nov, asked about 23 Nov, unanswered in 3 briefs, not shown in 1 brief."
    )


def test_the_five_factors_have_their_values_and_reasons() -> None:
    told = {each.name: (each.value, each.words) for each in factors_of(ENTRY, LESSON, who="Anna Berg", currency="$")}
    assert list(told) == ["risk", "money", "novelty", "confidence", "answers"]
    assert told["money"][1] == "$84,200 open, beside the owner's usual account"
    assert told["answers"] == (0.78, "Anna Berg dismissed 9 of 10 about next steps")


@pytest.mark.parametrize(
    ("lesson", "says"),
    [
        (None, "nothing learned"),
        (replace(LESSON, choice=Choice.FEWER), "Anna chose to see fewer about next steps"),
        (replace(LESSON, choice=Choice.AS_BEFORE), "Anna chose to see next steps as before"),
        (replace(LESSON, count=Count()), "colleagues' answers about next steps"),
    ],
    ids=["none", "fewer", "as before", "colleagues"],
)
def test_a_choice_or_colleagues_answers_are_told_as_such(lesson: Lesson | None, says: str) -> None:
    assert factors_of(ENTRY, lesson, who="Anna", currency="$")[-1].words == says


def test_a_high_risk_says_that_answers_never_lower_it() -> None:
    words = factors_of(replace(ENTRY, risk=Risk.HIGH), LESSON, who="You", currency="$")[-1].words
    assert words == "You dismissed 9 of 10 about next steps; never below 1 for a high risk"


def test_answers_are_counted_by_what_most_of_them_were() -> None:
    assert answers_on(replace(LESSON, count=Count(taken=8, dismissed=1))) == "You approved 8 of 9 about next steps"
    assert answers_on(replace(LESSON, count=Count(lapsed=5))) == "You left 5 unanswered about next steps"


def test_only_a_high_risk_is_promised_to_come_up_again() -> None:
    assert briefs_until_seen(ENTRY, ledger(ENTRY), POLICY) is None
    crowd = [replace(ENTRY, account_id=f"a{n}", risk=Risk.HIGH, place=Place.COUNTED) for n in range(500)]
    assert briefs_until_seen(crowd[0], ledger(*crowd), POLICY) is None


def test_a_high_risk_comes_up_again_as_soon_as_was_said() -> None:
    kinds = [frozenset({kind}) for kind in SignalKind]
    risky = [
        Candidate(
            account_id=f"a{n:02}", account_name=f"A{n:02}", risk=Risk.HIGH, score=0.5, amount=1_000.0 * n, key=f"k{n}",
            statement="It is quiet.", marks=("quiet",), kinds=kinds[n % len(kinds)], confidence=0.8,
        )
        for n in range(60)
    ]  # fmt: skip
    before: dict[str, Entry] = {}
    promised: dict[str, int] = {}
    for number in range(15):
        entries = attend(risky, before, today=MONDAY + number * DAY, policy=POLICY)
        for entry in entries:
            within = briefs_until_seen(entry, ledger(*entries), POLICY)
            assert within is not None
            assert entry.is_seen or promised.get(entry.account_id, number + 1) > number
            if entry.is_seen or entry.account_id not in promised:
                promised[entry.account_id] = number + within
        before = {entry.account_id: entry for entry in entries}

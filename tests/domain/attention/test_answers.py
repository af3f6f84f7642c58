"""What answers teach: little from one, never more than the bounds, the same in any order, and nothing about high risk."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.domain.attention.answers import (
    LAPSES,
    LEAST,
    MANY,
    MOST,
    Answer,
    Choice,
    Count,
    Lesson,
    Verdict,
    counted,
    factor_of,
    lessons,
    others_of,
    weighed,
)
from store.domain.attention.attend import Candidate, attend
from store.domain.attention.ledger import Place, Tally
from store.domain.attention.policy import AttentionPolicy
from store.domain.attention.topics import WORDS, is_topic, words_of
from store.domain.gate.proposals import Action
from store.domain.signals.kinds import Risk, SignalKind

TOPIC = "no_next_step"
MONDAY = date(2026, 11, 23)

numbers = st.integers(0, 300)
pairs = st.tuples(numbers, numbers)
given_answers = st.lists(
    st.builds(
        Answer,
        key=st.sampled_from("abcdef"),
        topic=st.just(TOPIC),
        verdict=st.sampled_from(Verdict),
    ),
    max_size=30,
)


def answers(*verdicts: Verdict) -> list[Answer]:
    """One answer each about other advice."""
    return [Answer(key=f"k{number}", topic=TOPIC, verdict=verdict) for number, verdict in enumerate(verdicts)]


def lesson(taken: int, dismissed: int, choice: Choice | None = None, others: tuple[int, int] = (0, 0)) -> Lesson:
    own = {TOPIC: Count(taken=taken, dismissed=dismissed)}
    return lessons(own, {TOPIC: others}, {TOPIC: choice} if choice else {})[TOPIC]


@given(pairs, pairs)
def test_a_factor_stays_within_its_bounds(own: tuple[int, int], others: tuple[int, int]) -> None:
    assert LEAST <= factor_of(own, others) <= MOST


@given(pairs, pairs)
def test_another_yes_never_lowers_a_factor_and_another_no_never_raises_it(
    own: tuple[int, int], others: tuple[int, int]
) -> None:
    taken, dismissed = own
    assert (
        factor_of((taken, dismissed + 1), others) <= factor_of(own, others) <= factor_of((taken + 1, dismissed), others)
    )
    taken, dismissed = others
    assert factor_of(own, (taken, dismissed + 1)) <= factor_of(own, others) <= factor_of(own, (taken + 1, dismissed))


def test_without_answers_everything_counts_as_it_is() -> None:
    assert factor_of((0, 0), (0, 0)) == 1.0
    assert lessons({}, {}, {}) == {}


@given(pairs, st.sampled_from([(1, 0), (0, 1)]))
def test_one_answer_barely_moves_it(others: tuple[int, int], one: tuple[int, int]) -> None:
    assert abs(factor_of(one, others) - factor_of((0, 0), others)) < 0.12
    assert abs(factor_of(one, (0, 0)) - 1.0) < 0.06


@given(given_answers, st.randoms())
def test_the_order_of_answers_changes_nothing(given: list[Answer], random: Random) -> None:
    shuffled = list(given)
    random.shuffle(shuffled)
    assert counted(shuffled) == counted(given)


@given(given_answers, st.sampled_from("abcdefxyz"))
def test_a_yes_counts_for_a_topic_and_a_no_against_it_whatever_came_before(given: list[Answer], key: str) -> None:
    def factor(*more: Answer) -> float:
        return factor_of(counted([*given, *more]).get(TOPIC, Count()).weighed, (0, 0))

    yes, no = (Answer(key=key, topic=TOPIC, verdict=verdict) for verdict in (Verdict.TAKEN, Verdict.DISMISSED))
    assert factor(no) <= factor() <= factor(yes)


def test_nine_dismissals_of_ten_lower_it_well_and_eight_of_eight_taken_raise_it() -> None:
    assert factor_of((1, 9), (0, 0)) == pytest.approx(0.7778, abs=1e-4)
    assert factor_of((8, 0), (0, 0)) == 1.125


def test_a_newcomer_starts_from_the_companys_answers_and_outweighs_them_with_their_own() -> None:
    assert factor_of((0, 0), (2, 98)) < 0.65
    assert factor_of((30, 0), (2, 98)) > 1.1


def test_one_colleagues_habits_count_little_and_those_of_many_much() -> None:
    one = weighed({TOPIC: Count(dismissed=500)})[TOPIC]
    assert one == (0, 8)
    assert factor_of((0, 0), one) == 0.875
    assert factor_of((0, 0), (0, 80)) < 0.62


def test_a_tally_keeps_the_proportion_of_many_answers() -> None:
    assert weighed({TOPIC: Count(taken=30, dismissed=10)}) == {TOPIC: (6, 2)}
    assert weighed({TOPIC: Count(taken=1, dismissed=2)}) == {TOPIC: (1, 2)}


def test_an_owners_own_answers_are_no_part_of_the_companys() -> None:
    company = Tally(answers={TOPIC: (3, 12), "deal_won": (1, 0)})
    own = Tally(answers={TOPIC: (1, 10)})
    assert others_of(company, own) == {TOPIC: (2, 2), "deal_won": (1, 0)}
    assert others_of(company, None) == company.answers


def test_four_that_lapsed_count_as_one_dismissal_and_three_as_none() -> None:
    three = counted(answers(*[Verdict.LAPSED] * (LAPSES - 1)))
    four = counted(answers(*[Verdict.LAPSED] * LAPSES))
    assert (three[TOPIC].weighed, four[TOPIC].weighed) == ((0, 0), (0, 1))
    assert weighed(three) == {}


def test_advice_that_lapsed_often_counts_once_and_not_at_all_once_it_was_answered() -> None:
    again = [Answer(key="k", topic=TOPIC, verdict=Verdict.LAPSED)] * 5
    assert counted(again)[TOPIC] == Count(lapsed=1)
    assert counted([*again, Answer(key="k", topic=TOPIC, verdict=Verdict.TAKEN)])[TOPIC] == Count(taken=1)


def test_a_persons_choice_wins_over_their_answers() -> None:
    assert lesson(9, 1, Choice.FEWER).factor == LEAST
    assert lesson(1, 9, Choice.AS_BEFORE).factor == 1.0
    assert lesson(1, 9).factor < 0.8
    assert lessons({}, {}, {TOPIC: Choice.FEWER})[TOPIC].factor == LEAST


def test_one_is_asked_about_fewer_only_when_nearly_all_of_many_were_dismissed_and_nothing_is_chosen() -> None:
    assert lesson(1, 9).is_question
    assert not lesson(2, 6).is_question
    assert not lesson(0, MANY - 1).is_question
    assert not lesson(1, 9, Choice.AS_BEFORE).is_question
    assert not lesson(1, 9, Choice.FEWER).is_question


def test_a_change_is_worth_a_word_only_if_ones_own_answers_or_choice_made_it() -> None:
    assert lesson(0, 3).is_felt
    assert not lesson(0, 2).is_felt
    assert not lesson(1, 1, others=(0, 500)).is_felt
    assert lesson(0, 0, Choice.FEWER).is_felt
    assert not lesson(0, 0, Choice.AS_BEFORE).is_felt


def test_every_topic_has_words() -> None:
    assert set(WORDS) == {*SignalKind, *Action}
    assert is_topic(TOPIC)
    assert not is_topic("no such topic")
    assert words_of("of_another_release") == "of another release"


risky = st.builds(
    Candidate,
    account_id=st.uuids().map(str),
    account_name=st.just("Acme"),
    risk=st.just(Risk.HIGH),
    score=st.floats(0.1, 1.0),
    amount=st.floats(0, 100_000),
    statement=st.just("It is quiet."),
    marks=st.just(("quiet",)),
    kinds=st.sampled_from([frozenset({kind}) for kind in SignalKind]),
    key=st.just("k"),
    confidence=st.floats(0.0, 1.0),
)


@given(st.lists(risky, min_size=1, max_size=12, unique_by=lambda each: each.account_id), st.floats(LEAST, 1.0))
def test_no_answer_moves_a_high_risk_down(candidates: list[Candidate], factor: float) -> None:
    def entries(answers: float) -> list[tuple[str, Place, float]]:
        answered = [replace(each, answers=answers) for each in candidates]
        placed = attend(answered, {}, today=MONDAY, policy=AttentionPolicy())
        return [(entry.account_id, entry.place, entry.worth.value) for entry in placed]

    assert entries(factor) == entries(1.0)


def test_of_two_alike_the_one_whose_topic_is_dismissed_comes_second() -> None:
    first = Candidate(
        account_id="a", account_name="A", risk=Risk.MEDIUM, score=0.5, amount=10_000.0, statement="It is quiet.",
        marks=("quiet",), kinds=frozenset({SignalKind.NO_NEXT_STEP}), key="k", confidence=0.8, answers=0.78,
    )  # fmt: skip
    second = replace(first, account_id="b", account_name="B", kinds=frozenset({SignalKind.NO_ACTIVITY}), answers=1.0)
    entries = attend([first, second], {}, today=MONDAY, policy=AttentionPolicy(asks=1))
    assert [(entry.account_id, entry.place) for entry in entries] == [("b", Place.ASK), ("a", Place.NAMED)]

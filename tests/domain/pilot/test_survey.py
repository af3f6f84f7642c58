"""Who is asked about the brief when, and what the answers say without telling anyone's."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from store.domain.errors import BadInput
from store.domain.pilot.measures import Share
from store.domain.pilot.survey import AGAIN_AFTER, CHOICES, Decline, Question, Survey, check_answer, is_due, opinion_of

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)


def said(person_id: str, worth: str | None, *, number: int = 1, minutes: int = 0, missed: str | None = None) -> Survey:
    at = NOW + timedelta(minutes=minutes)
    return Survey(person_id=person_id, number=number, asked_at=NOW, worth=worth, missed=missed, answered_at=at)


def test_the_first_survey_comes_after_the_second_week() -> None:
    assert not is_due(NOW - timedelta(days=13, hours=23), None, now=NOW)
    assert is_due(NOW - timedelta(days=14), None, now=NOW)


@pytest.mark.parametrize("declined", [None, Decline.THIS_TIME])
def test_the_next_one_comes_a_month_later_so_that_no_month_has_two(declined: Decline | None) -> None:
    last = replace(said("anna", None), declined=declined)
    begun = NOW - timedelta(days=90)
    assert not is_due(begun, last, now=NOW + timedelta(days=30, hours=23))
    assert is_due(begun, last, now=NOW + AGAIN_AFTER)
    for day in range(365):  # whenever it begins
        first = NOW + timedelta(days=day)
        assert (first.year, first.month) != ((first + AGAIN_AFTER).year, (first + AGAIN_AFTER).month)


def test_someone_who_said_never_is_not_asked_again() -> None:
    last = replace(said("anna", None), declined=Decline.FOR_GOOD)
    assert not is_due(NOW - timedelta(days=900), last, now=NOW + timedelta(days=800))


def test_two_answers_are_too_few_to_show() -> None:
    assert opinion_of([said("anna", "yes"), said("ben", "no")]) is None
    assert opinion_of([said("anna", "yes", number=each) for each in (1, 2, 3)]) is None  # one person's


def test_a_fourth_answer_changes_no_figure_until_there_are_six() -> None:
    three = [said("anna", "yes"), said("ben", "no"), said("cora", "yes", minutes=1)]
    more = [said("dan", "no", minutes=2), said("eve", "no", minutes=3)]
    opinion = opinion_of(three)
    assert opinion is not None
    assert opinion.valuable == Share(2, 3)
    assert opinion_of([*three, *more]) == opinion
    six = opinion_of([*three, *more, said("fay", "partly", minutes=4)])
    assert six is not None
    assert six.valuable == Share(2, 6)


def test_only_the_last_answer_of_each_person_counts() -> None:
    others = [said("ben", "no"), said("cora", "no")]
    opinion = opinion_of([*others, said("anna", "no"), said("anna", "yes", number=2)])
    assert opinion is not None
    assert opinion.valuable == Share(1, 3)


def test_the_second_question_is_left_out_if_too_few_answered_it() -> None:
    opinion = opinion_of([said("anna", "yes", missed="often"), said("ben", "no"), said("cora", "yes", missed="never")])
    assert opinion is not None
    assert (opinion.valuable, opinion.showed) == (Share(2, 3), Share(0, 0))


def test_only_the_offered_answers_are_taken() -> None:
    for question, answers in CHOICES.items():
        for answer in answers:
            check_answer(question, answer)
    with pytest.raises(BadInput, match="which answer"):
        check_answer(Question.WORTH, "often")

"""Two questions about the brief, after its second week and then at most once in 31 days: who is asked when, and what the answers
say together. Pure.

An answer only counts together with others: fewer than three give no figure, and further ones are added three at a time, so that
no one learns an answer from a figure that grew by one.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from store.domain.errors import BadInput
from store.domain.pilot.measures import Share

FIRST_AFTER, AGAIN_AFTER = timedelta(weeks=2), timedelta(days=31)
LEAST = 3


class Question(StrEnum):
    WORTH = "worth"
    MISSED = "missed"


class Decline(StrEnum):
    THIS_TIME = "this_time"
    FOR_GOOD = "for_good"


ASKS: Mapping[Question, str] = {
    Question.WORTH: "Is the morning brief worth its minutes?",
    Question.MISSED: "Does it show you things you would have missed?",
}
CHOICES: Mapping[Question, Mapping[str, str]] = {
    Question.WORTH: {"yes": "Yes", "partly": "Partly", "no": "No"},
    Question.MISSED: {"often": "Often", "sometimes": "Sometimes", "never": "Never"},
}
_GOOD: Mapping[Question, frozenset[str]] = {
    Question.WORTH: frozenset({"yes"}),
    Question.MISSED: frozenset({"often", "sometimes"}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """One person was asked for the `number`th time. `worth` and `missed` are the present answers, None until then;
    `answered_at` is when the first of them came."""

    person_id: str
    number: int
    asked_at: datetime
    worth: str | None = None
    missed: str | None = None
    answered_at: datetime | None = None
    declined: Decline | None = None

    def said(self, question: Question) -> str | None:
        return self.worth if question is Question.WORTH else self.missed


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """People's last answers: how many find the brief worth its minutes, and how many see things that they would have missed."""

    valuable: Share
    showed: Share


def is_due(first_brief_at: datetime, last: Survey | None, *, now: datetime) -> bool:
    """Whether to ask someone whose first brief came then, and who was asked before in `last`."""
    if last is None:
        return now >= first_brief_at + FIRST_AFTER
    return last.declined is not Decline.FOR_GOOD and now >= last.asked_at + AGAIN_AFTER


def check_answer(question: Question, answer: str) -> None:
    """Raises: BadInput for anything but one of the choices."""
    if answer not in CHOICES[question]:
        raise BadInput("I can't tell which answer this is.")


def opinion_of(surveys: Collection[Survey]) -> Opinion | None:
    """The last answers of each person, together; None if there are too few to tell."""
    counted = {question: _counted(surveys, question) for question in Question}
    if counted[Question.WORTH].of < LEAST:
        return None
    return Opinion(valuable=counted[Question.WORTH], showed=counted[Question.MISSED])


def _counted(surveys: Collection[Survey], question: Question) -> Share:
    last: dict[str, Survey] = {}
    for each in sorted(surveys, key=lambda one: one.number):
        if each.said(question) is not None:
            last[each.person_id] = each
    answered = sorted(last.values(), key=lambda each: (str(each.answered_at), each.person_id))
    counted = answered[: len(answered) // LEAST * LEAST]
    return Share(sum(each.said(question) in _GOOD[question] for each in counted), len(counted))

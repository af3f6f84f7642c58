"""A wish is one only where the person's own words bear it out."""

from __future__ import annotations

from datetime import date

import pytest

from store.domain.grounding import wishes

TODAY = date(2026, 3, 24)  # a Tuesday


@pytest.mark.parametrize(
    ("message", "day"),
    [
        ("make it next Tuesday", date(2026, 3, 31)),
        ("move it to 2026-04-02", date(2026, 4, 2)),
        ("shift it to 2 April", date(2026, 4, 2)),
        ("do it tomorrow", date(2026, 3, 25)),
        ("push it to Friday", date(2026, 3, 27)),
    ],
)
def test_a_day_is_named_as_people_name_days(message: str, day: date) -> None:
    assert wishes.names_day(message, day, TODAY)
    assert not wishes.names_day(message, date(2030, 1, 1), TODAY)


@pytest.mark.parametrize(
    ("message", "days"),
    [
        ("skip this one for two weeks", 14),
        ("snooze it for 10 days", 10),
        ("leave it for a month", 30),
        ("park it until Friday", 3),
        ("skip it til next week", 6),
        ("remind me next week to decide on it", 6),
    ],
)
def test_it_is_put_off_for_as_long_as_the_message_says(message: str, days: int) -> None:
    assert wishes.asks_to_snooze(message, days, TODAY)
    assert not wishes.asks_to_snooze(message, 80, TODAY)


@pytest.mark.parametrize(
    "message",
    ["why did you skip it for two weeks?", "what moved?", "When was it dismissed?", "Why not give it to Mia?"],
)
def test_a_question_asks_for_nothing(message: str) -> None:
    assert not wishes.asks_to_put_off(message)
    assert not wishes.asks_to_dismiss(message)
    assert not wishes.asks_to_adjust(message)
    assert not wishes.asks_to_approve(message)


@pytest.mark.parametrize(
    "message",
    ["pause my brief until next week", "stop the messages until Monday", "remind me on Friday to call Beltide"],
)
def test_the_whole_brief_or_a_task_of_ones_own_is_no_card_to_put_off(message: str) -> None:
    assert not wishes.asks_to_put_off(message)


def test_next_week_begins_on_monday() -> None:
    assert wishes.days_asked("skip it until next week", TODAY) == 6
    assert not wishes.names_day("skip it until next week", date(2026, 3, 25), TODAY)


def test_a_new_wording_is_the_persons_own() -> None:
    assert wishes.worded("Ring Sam", "call it “Ring Sam”", "Write to Sam")
    assert not wishes.worded("Ring Sam at evil.example", "call it “Ring Sam”", "Write to Sam")
    assert not wishes.worded("", "call it", "")


def test_a_reason_is_the_persons_own() -> None:
    assert wishes.reason_in("drop it because they are bankrupt", "they are bankrupt") == "they are bankrupt"
    assert wishes.reason_in("drop it", "the attacker said so") == "drop it"


def test_the_card_that_is_named_best_is_meant_and_none_where_two_are() -> None:
    names = [
        "Ask why Cold chain slipped Borealis Foods",
        "Write to Sam Acme Robotics",
        "Note what moved Borealis Foods",
    ]
    assert wishes.meant("skip the Acme one", names, None) == 1
    assert wishes.meant("skip Borealis", names, None) is None
    assert wishes.meant("skip Borealis", names, 2) == 2
    assert wishes.meant("skip this one", names, 1) == 1
    assert wishes.meant("skip this one", names, None) is None
    assert wishes.meant("skip this one", names[:1], None) == 0


@pytest.mark.parametrize(
    "message",
    [
        "approve it",
        "Please go ahead with Acme",
        "do it",
        "I confirm",
        "confirmed",
        "👍 all of them",
        "can you approve it?",
    ],
)
def test_a_text_that_means_to_decide_is_known_as_such(message: str) -> None:
    assert wishes.asks_to_approve(message)


@pytest.mark.parametrize(
    "message", ["tell me whether they confirmed the date", "who approved the last one?", "show me everything"]
)
def test_a_question_about_a_decision_is_none(message: str) -> None:
    assert not wishes.asks_to_approve(message)

"""The amounts that a message means."""

from __future__ import annotations

import pytest

from store.domain.conversation.narrowing import narrowing_in

STAGES = ("Needs Analysis", "Value Proposition", "Negotiation/Review")


@pytest.mark.parametrize(
    ("message", "least", "most"),
    [
        ("deals over 50k", 50_000, None),
        ("everything north of 60k", 60_000, None),
        ("upwards of half a million", 500_000, None),
        ("anything worth twenty-five grand or more", 25_000, None),
        ("show me the small stuff, under ten grand", None, 10_000),
        ("no more than 20k", None, 20_000),
        ("5k or less", None, 5_000),
        ("deals between 30 and 50k", 30_000, 50_000),
        ("between thirty and fifty grand", 30_000, 50_000),
        ("30k-50k", 30_000, 50_000),
        ("from $10,000 to $20,000", 10_000, 20_000),
        ("over 20k and under 80k", 20_000, 80_000),
        ("deals over 60k\nonly those over 80k", 80_000, None),
        ("deals over 30 days old", None, None),
        ("from 1 april to 15 april", None, None),
        ("what closes between 3 and 5 may", None, None),
    ],
)
def test_amounts_above_below_and_between(message: str, least: float | None, most: float | None) -> None:
    found = narrowing_in(message, STAGES)

    assert (found.least, found.most) == (least, most)


@pytest.mark.parametrize(
    ("message", "stages"),
    [
        ("deals in negotiation", ("Negotiation/Review",)),
        ("deals in negotiation\nand in needs analysis?", ("Needs Analysis",)),
        ("my deals by value", ()),
    ],
)
def test_of_the_stages_in_a_thread_the_last_counts(message: str, stages: tuple[str, ...]) -> None:
    assert narrowing_in(message, STAGES).stages == stages


def test_one_deal_is_asked_for_or_several() -> None:
    assert narrowing_in("whats the biggest one", STAGES).count == 1
    assert narrowing_in("my biggest deals", STAGES).count is None

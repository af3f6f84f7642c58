"""A text says no more than it cites: figures, days, names and quoted words, in whatever form people write them."""

from __future__ import annotations

from datetime import date
from time import perf_counter

import pytest

from store.domain.grounding.citations import LIMIT, CitedFact, Common, held_to
from store.domain.grounding.sentences import sentences_of

TODAY = date(2026, 11, 20)  # a Friday
SLIPPED, ROLE, CALL, STAGE, NOTE, PEOPLE = "F1", "F2", "F3", "F4", "F5", "F6"
FACTS = {
    each.id: each
    for each in (
        CitedFact(id=SLIPPED, text="“Renewal” ($84,000) slipped 9 days to 30 Sep and lost 20% of its amount."),
        CitedFact(id=ROLE, text="Sam Okafor is COO at Northwind Traders."),
        CitedFact(id=CALL, text="The call “Budget talk” took place on 12 Nov.", days=frozenset({date(2026, 11, 12)})),
        CitedFact(id=STAGE, text="“Fleet 2027” stands at Negotiation and is to close on 11 Dec."),
        CitedFact(
            id=NOTE, text="A note of 3 Nov says: They will send the list in three weeks, and want half of it by Monday."
        ),
        CitedFact(
            id=PEOPLE, text="Jo Lind is out until 7 January 2027; Sam Berg and Ada Moss stand in, 1.5 days a week."
        ),
    )
}
COMMON = Common(
    today=TODAY, texts=("Acme Robotics", "Anna Berg", "Call Sam and agree a date", "Ask Mia Lindt for help")
)


def struck(text: str, *cites: str) -> list[str]:
    return [each.reason for each in held_to(text, cites, FACTS, COMMON).struck]


@pytest.mark.parametrize(
    ("text", "cites"),
    [
        # figures
        ("It lost 20% of its amount.", [SLIPPED]),
        ("It lost 20 percent.", [SLIPPED]),
        ("It lost twenty per cent.", [SLIPPED]),
        ("It is worth $84,000.", [SLIPPED]),
        ("It is worth $84k.", [SLIPPED]),
        ("It is worth 84.000 dollars.", [SLIPPED]),
        ("It is worth USD 84 000.", [SLIPPED]),
        ("It is worth $0.084 million.", [SLIPPED]),
        ("It slipped 9 days.", [SLIPPED]),
        ("It slipped nine days.", [SLIPPED]),
        ("Ask one question and leave one clear date.", []),
        # days
        ("It moved to 30 September.", [SLIPPED]),
        ("It moved to September 30th, 2026.", [SLIPPED]),
        ("It moved to 2026-09-30.", [SLIPPED]),
        ("It moved to 30.09.2026.", [SLIPPED]),
        ("It moved to 9/30/2026.", [SLIPPED]),
        ("It moved to the third quarter of 2026.", [SLIPPED]),
        ("It moved to Q3.", [SLIPPED]),
        ("Ask about the 9-day slip.", [SLIPPED]),
        ("The call “Budget talk” took place on Thursday.", [CALL]),
        ("The call “Budget talk” took place 8 days ago.", [CALL]),
        ("The call “Budget talk” took place on 12 November.", [CALL]),
        ("Sam Okafor is COO at Northwind Traders.", [ROLE]),
        ("Ask Sam Okafor's team.", [ROLE]),
        ("Perhaps the CRM is right.", []),
        ("It closes in three weeks.", [STAGE]),
        ("It closes in 21 days.", [STAGE]),
        ("It closes next month.", [STAGE]),
        ("It closes in December 2026.", [STAGE]),
        ("Today, 20 November, is a good day to call.", []),
        # names
        ("Call Sam Okafor at Acme Robotics.", [ROLE]),
        ("Ask Sam.", []),
        ("Ask the COO.", [ROLE]),
        ("Dear Sam,", []),
        ("Kind regards\nAnna Berg", []),
        # quoted words
        ("They said: “They will send the list in three weeks”.", [NOTE]),
        ('They said "want half of it by Monday".', [NOTE]),
        ("Their “send the list in thr…” still stands.", [NOTE]),
        # a judgement that can't be looked up
        ("They sound unhappy, and somebody should care.", []),
        ("", []),
    ],
)
def test_what_stands_in_a_cited_fact_may_be_said(text: str, cites: list[str]) -> None:
    assert struck(text, *cites) == []
    assert held_to(text, cites, FACTS, COMMON).text == text.strip()


@pytest.mark.parametrize(
    ("text", "cites"),
    [
        # figures
        ("It lost 21% of its amount.", [SLIPPED]),
        ("It lost 20 of its seats.", [STAGE]),
        ("It slipped 20%.", [STAGE]),
        ("It slipped 84%.", [SLIPPED]),
        ("It is worth $85,000.", [SLIPPED]),
        ("It is worth €84,000.", [SLIPPED]),
        ("It is worth 84 million.", [SLIPPED]),
        ("It is worth $84.", [SLIPPED]),
        ("It slipped ten days.", [SLIPPED]),
        ("It slipped 9 weeks.", [SLIPPED]),
        ("It slipped a dozen days.", [SLIPPED]),
        ("It lost a third of its amount.", [SLIPPED]),
        ("It doubled.", [SLIPPED]),
        ("They want half of it.", [SLIPPED]),
        ("It is worth $84,000.", [ROLE]),
        ("It is worth $84,000.", []),
        ("Meet at 14:30.", [CALL]),
        ("They gave 3 reasons.", [CALL]),
        ("They want ½ of it.", [SLIPPED]),
        # days
        ("It moved to 1 October.", [SLIPPED]),
        ("It moved to 30 September 2025.", [SLIPPED]),
        ("It moved to Q4.", [SLIPPED]),
        ("It was August already.", [SLIPPED]),
        ("You spoke on Tuesday.", [CALL]),
        ("You spoke on Friday.", [CALL]),
        ("You spoke 9 days ago.", [CALL]),
        ("You spoke yesterday.", [CALL]),
        ("It closes tomorrow.", [STAGE]),
        ("It closes in two weeks.", [STAGE]),
        ("It closes next week.", [STAGE]),
        ("It closes at the end of the month.", [STAGE]),
        ("It closes in December 2027.", [STAGE]),
        ("It closes on 12/11/2025.", [STAGE]),
        ("Jo is back in 2028.", [PEOPLE]),
        ("It closes on the 11th of December.", [CALL]),
        # names
        ("Halvorsen Shipping agrees.", [ROLE]),
        ("Dr. Amelia Strand agrees.", [ROLE]),
        ("Kowalski & Sons agrees.", [ROLE]),
        ("Halvorsen agrees.", [ROLE]),
        ("Mark agrees.", [ROLE]),
        ("Will Smith agrees.", [ROLE]),
        ("Ask Halvorsen first.", [ROLE]),
        ("Sam Lind decides.", [ROLE, PEOPLE]),
        ("Sam Moss stands in.", [PEOPLE]),
        ("Northwind Okafor is there.", [ROLE]),
        ("Northwind Traders waits.", [CALL]),
        ("The CFO decides.", [ROLE]),
        ("Compare it with iCloud.", [ROLE]),
        ("They passed ISO27001.", [ROLE]),
        ("Оkafor is there.", [ROLE]),  # with a Cyrillic capital
        ("株式会社 agrees.", [ROLE]),
        # quoted words
        ("They said “never again”.", [NOTE]),
        ('They said "send the offer".', [NOTE]),
        ("They said “send the list”.", [CALL]),
    ],
)  # fmt: skip
def test_what_stands_in_no_cited_fact_is_struck(text: str, cites: list[str]) -> None:
    assert len(struck(text, *cites)) == 1
    assert held_to(text, cites, FACTS, COMMON).text == ""


def test_only_the_sentence_that_says_too_much_is_struck() -> None:
    found = held_to("It slipped 9 days. It is worth $90,000. Ask why it lost 20%.", [SLIPPED], FACTS, COMMON)

    assert found.text == "It slipped 9 days. Ask why it lost 20%."
    assert [(each.text, each.reason) for each in found.struck] == [
        ("It is worth $90,000.", "The figure “$90,000” is in none of its sources.")
    ]


def test_a_citation_that_does_not_resolve_strikes_all_of_it() -> None:
    found = held_to("It slipped 9 days. Ask why.", [SLIPPED, "F99"], FACTS, COMMON)

    assert found.text == ""
    assert [each.reason for each in found.struck] == ["It cites “F99”, and there is no such fact."]


def test_the_layout_of_a_text_stays_and_an_emptied_line_of_a_list_goes() -> None:
    text = "Hello Sam,\n\nPlease look at:\n- What moved the date?\n- Why 37 people left\n1. Agree a date\n\nKind regards\nAnna Berg"

    assert held_to(text, [], FACTS, COMMON).text == text.replace("- Why 37 people left\n", "")


def test_what_one_fact_says_of_one_thing_may_not_be_put_together_from_two() -> None:
    assert struck("“Budget talk took place at Negotiation” is what they wrote.", CALL, STAGE)
    assert struck("Okafor Traders is the buyer.", ROLE)


def test_today_is_known_to_everybody_but_says_nothing_of_its_weekday_or_quarter() -> None:
    assert struck("Today, on 20 November, you have time.") == []
    assert struck("They called on 20 November.")
    assert struck("They called on Friday.")
    assert struck("They signed in Q4.")


def test_days_without_a_year_are_the_nearest_ones() -> None:
    facts = {"F": CitedFact(id="F", text="“Pilot” is to close on 7 January 2027.")}
    assert held_to("It closes on 7 Jan.", ["F"], facts, COMMON).text
    facts = {"F": CitedFact(id="F", text="“Pilot” is to close on 7 January 2026.")}
    assert held_to("It closes on 7 Jan.", ["F"], facts, COMMON).text == ""


def test_sentences_end_where_they_do_and_not_after_a_title() -> None:
    line = "Ask Dr. Lind. She knows (really!) what is up, e.g. why. “Do it now.” Then 3.5 days pass… Call."

    assert sentences_of(line) == [
        "Ask Dr. Lind.",
        "She knows (really!) what is up, e.g. why.",
        "“Do it now.”",
        "Then 3.5 days pass…",
        "Call.",
    ]


@pytest.mark.parametrize("piece", ["9 ", "A", "Anna ", "“", "1,000", "in a ", "“a", "12 months ago ", ". "])
def test_the_longest_text_is_looked_at_in_no_time_and_a_longer_one_not_at_all(piece: str) -> None:
    text, began = (piece * LIMIT)[:LIMIT], perf_counter()
    held_to(text, [SLIPPED], FACTS, COMMON)

    assert perf_counter() - began < 5.0
    assert held_to(f"{text}.", [SLIPPED], FACTS, COMMON).text == ""

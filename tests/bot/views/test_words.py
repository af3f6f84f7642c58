"""Counting and limiting words as a person reads them."""

from __future__ import annotations

import pytest

from bot.views import words
from bot.views.blocks import actions, button, container, context, header, section


def test_a_link_counts_by_its_label_and_an_endless_word_as_many() -> None:
    assert words.count("🔴 <https://crm.example/crm/tab/Accounts/1|*Acme Robotics*> · $9 open") == 6
    assert words.count("x" * 400) == 11


def test_the_words_on_buttons_and_in_collapsed_groups_count() -> None:
    blocks = [
        header("Good morning"),
        container(
            "open", "Still open", section("one two"), actions("a", button("Approve it", action_id="a", value="v"))
        ),
        context("three", "four"),
    ]
    assert words.in_blocks(blocks) == 2 + (2 + 2 + 2) + 2


def test_the_first_words_end_in_an_ellipsis_and_tear_no_escape() -> None:
    assert words.first_words("one two", 2) == "one two"
    assert words.first_words("one, two, three", 2) == "one, two…"
    assert words.first_words("a &amp; b", 2) == "a &amp;…"


@pytest.mark.parametrize(
    ("most", "said"),
    [
        (14, "“Hillside Two-Year Organic…” was due to close on 1 Feb and has no step."),
        (10, "“Hillside Two-Year Organic…” was due to close on 1 Feb…"),
        (6, "“Hillside…” was due to close…"),
    ],
)
def test_a_long_deal_name_gives_way_to_what_is_wrong(most: int, said: str) -> None:
    name = "“Hillside Two-Year Organic Office Coffee…” ($80,000)"
    assert words.to_the_point(f"{name} was due to close on 1 Feb and has no step.", most) == said


def test_what_tells_an_account_apart_survives_every_cut() -> None:
    assert words.short_name("The Very Long Name of a Company (Retail)", 4) == "The Very Long… (Retail)"
    assert words.short_name("x" * 90 + " (Retail)", 6, limit=50) == "x" * 40 + "… (Retail)"
    assert words.short_name("Acme (Retail)", 6) == "Acme (Retail)"
    assert words.short_name("A Name of Many Words Here", 3) == "A Name of…"


def test_a_cut_leaves_no_number_without_its_unit_and_no_loose_word() -> None:
    assert words.clipped("“Rollout” has been in Qualify for 560 days", 7) == "“Rollout” has been in Qualify…"
    assert words.clipped("It was due on 6 Aug and has no step", 7) == "It was due on 6 Aug…"
    assert words.clipped("for the and of", 2) == "for…"


def test_only_quotations_give_way_in_what_is_shortened() -> None:
    said = "“Hillside Two-Year Organic” went from “Very Long Stage” to “Won” on 26 Nov"
    assert words.shortened(said, 20) == said
    assert words.shortened(said, 11) == "“Hillside Two-Year…” went from “Very Long…” to “Won” on 26 Nov"
    assert words.shortened(said, 3).endswith("on 26 Nov")


def test_a_text_without_room_keeps_its_first_sentences() -> None:
    assert words.whole_sentences("It slipped. It lost 5%. It waits for long.", 6) == "It slipped. It lost 5%."
    assert words.whole_sentences("It slipped by many days in May.", 4) == "It slipped by many…"

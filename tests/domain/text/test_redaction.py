"""Redaction masks what identifies people and leaves the rest; cleaning leaves nothing that cannot be seen."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.domain.text.redaction import clean, redact, visible


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("write to anna.berg+crm@mail.example.co.uk today", "write to ‹e-mail› today"),
        ("<mailto:o'neil@example.com|mail>", "<mailto:‹e-mail›|mail>"),
        ("jörg@müller.de, zoe@example.com", "‹e-mail›, ‹e-mail›"),
        ("call +49 30 901820-15 please", "call ‹phone› please"),
        ("call (030) 901 820", "call ‹phone›"),
        ("mobile 0171/1234567.", "mobile ‹phone›."),
        ("555-123-4567 or 555.123.4567", "‹phone› or ‹phone›"),
        ("0044 20 7946 0958", "‹phone›"),
        ("card 4111 1111 1111 1111 exp", "card ‹card› exp"),
        ("card 4111111111111111", "card ‹card›"),
        ("pay DE89 3704 0044 0532 0130 00 now", "pay ‹IBAN› now"),
        ("GB29NWBK60161331926819", "‹IBAN›"),
    ],
)
def test_addresses_and_numbers_of_people_are_masked(text: str, masked: str) -> None:
    assert redact(text) == masked


@pytest.mark.parametrize(
    "number",
    [
        "4222222222222", "30569309025904", "378282246310005", "5555555555554444", "6011111111111117", "4000056655665556",
        "5105105105105100", "6304000000000000000",
    ],
)  # fmt: skip
def test_card_numbers_of_every_length_are_masked_and_those_with_another_check_digit_are_not(number: str) -> None:
    assert redact(f"card {number}.") == "card ‹card›."
    for other in range(1, 10):
        wrong = number[:-1] + str((int(number[-1]) + other) % 10)
        assert redact(f"order {wrong}.") == f"order {wrong}."
    for place in range(len(number)):  # no single mistyped digit passes for a card
        mistyped = f"{number[:place]}{(int(number[place]) + 1) % 10}{number[place + 1 :]}"
        assert "card" not in redact(mistyped)


@pytest.mark.parametrize(
    "number", ["DE89370400440532013000", "GB29NWBK60161331926819", "FR1420041010050500013M02606", "NO9386011117947"]
)
def test_account_numbers_are_masked_and_mistyped_ones_are_not(number: str) -> None:
    spaced = " ".join(number[start : start + 4] for start in range(0, len(number), 4))
    assert (redact(number), redact(spaced)) == ("‹IBAN›", "‹IBAN›")
    wrong = number[:2] + f"{(int(number[2:4]) + 1) % 100:02}" + number[4:]
    assert redact(wrong) == wrong


@pytest.mark.parametrize(
    "text",
    [
        "due 06.03.2026, 6.3.26 or 01/12/2026",
        "closes 2026-11-20, was 30.09.2026 at 08:15",
        "€84,000.00 and 1.250.000 and 120000",
        "order 4111 1111 1111 1112",
        "XY12 3456 7890 1234 5678",
        "@anna said 50% @ 3 pm",
        "version 1.30.2 of 2026",
        "deal 4150000000012001",
        "room 0",
        "",
    ],
)
def test_dates_amounts_and_plain_words_stay(text: str) -> None:
    assert redact(text) == text


@given(st.emails(), st.sampled_from(["", " ", "<", "(", "mailto:", "“"]))
def test_no_address_survives(address: str, before: str) -> None:
    masked = redact(f"{before}{address} and more")
    assert "@" not in masked
    assert masked.endswith(" and more")


@given(st.text())
def test_redacting_twice_changes_nothing(text: str) -> None:
    assert redact(redact(text)) == redact(text)


@given(st.text(st.characters(exclude_categories=["Nd"], exclude_characters="@")))
def test_text_without_digits_and_at_signs_stays(text: str) -> None:
    assert redact(text) == text


@pytest.mark.parametrize("part", ["a@", "a.", "1 ", "+1", "AB12 ", "4111", "@a.", "0", "("])
def test_a_huge_hostile_text_is_redacted_in_time(part: str) -> None:
    assert isinstance(redact(part * 50_000), str)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("pay\u200bload", "payload"),
        ("\u202egnp.exe\u202c", "gnp.exe"),
        ("\u2066x\u2069", "x"),
        ("a\U000e0041\U000e0042b", "ab"),
        ("x\ufe0f\U000e0100y", "xy"),
        ("a\u3164b\u115fc", "abc"),
        ("ｆｕｌｌ　ｗｉｄｔｈ", "full width"),
        ("nul\x00l\x1b[31m", "null[31m"),
        ("one\r\ntwo\rthree\u2028four\tfive", "one\ntwo\nthree\nfour\tfive"),
        ("\ud800x", "x"),
        ("  trimmed \n", "trimmed"),
        ("Zoë 試験 😀", "Zoë 試験 😀"),
    ],
)
def test_only_what_can_be_seen_is_left(text: str, plain: str) -> None:
    assert clean(text, limit=100) == plain


wild = st.text(st.characters()) | st.text(st.characters(categories=["Cc", "Cf", "Cs", "Lo", "Mn", "Zs"]))


@given(wild, st.integers(0, 50))
def test_cleaning_keeps_its_limit_and_twice_changes_nothing(text: str, limit: int) -> None:
    once = clean(text, limit=limit)
    assert len(once) <= limit
    assert clean(once, limit=limit) == once


@given(wild)
def test_no_control_format_or_surrogate_character_survives(text: str) -> None:
    left = clean(text, limit=1000)
    assert not [char for char in left if unicodedata.category(char).startswith("C") and char not in "\n\t"]


def test_an_address_behind_invisible_and_wide_characters_is_masked() -> None:
    assert redact(clean("anna\u200b@\u2060ｅｘａｍｐｌｅ．com", limit=100)) == "‹e-mail›"


@given(wild, st.integers(0, 50))
def test_what_is_visible_stays_and_making_it_visible_twice_changes_nothing(text: str, limit: int) -> None:
    once = visible(text, limit=limit)
    assert len(once) <= limit
    assert visible(once, limit=limit) == once
    assert not [char for char in once if unicodedata.category(char).startswith("C") and char not in "\n\t"]


def test_only_cleaning_gives_a_text_another_form() -> None:
    assert visible("5 m² ™ ﬁ ½\u200b", limit=50) == "5 m² ™ ﬁ ½"
    assert clean("5 m² ™ ﬁ ½\u200b ｆｕｌｌ", limit=50) == "5 m² ™ fi ½ full"  # never another number


@pytest.mark.parametrize("change", [clean, visible])
def test_a_letter_keeps_the_marks_of_real_writing_and_no_tower_of_them(change: Callable[..., str]) -> None:
    assert change("Nguyễn Thị ที่ שָׁלוֹם", limit=50) == unicodedata.normalize("NFC", "Nguyễn Thị ที่ שָׁלוֹם")
    assert change("a" + "\u0316" * 40 + "b", limit=50) == "a" + "\u0316" * 6 + "b"


@pytest.mark.parametrize("text", ["\ufdfa", "\u200b", "a\u0315\u0300", "\u0315\u0300", "x"])
def test_a_huge_hostile_text_is_cleaned_in_time(text: str) -> None:
    """Ten million characters; putting a long run of marks into order would alone take minutes."""
    began = process_time()
    assert len(clean(text * (10_000_000 // len(text)), limit=8_000)) <= 8_000
    assert process_time() - began < 2


@pytest.mark.parametrize("shown", [clean, visible])
def test_of_a_long_text_the_first_characters_stay_and_no_space_at_the_end(shown: Callable[..., str]) -> None:
    assert shown("  one two three", limit=3) == "one"
    assert shown("  one two three", limit=4) == "one"
    assert shown("  one two three", limit=5) == "one t"
    assert shown("\u00fcber alles", limit=4) == "\u00fcber"


@pytest.mark.parametrize("shown", [clean, visible])
def test_of_a_huge_text_four_times_the_limit_and_a_hundred_are_read(shown: Callable[..., str]) -> None:
    for mark in ("x", "\u00fc"):
        assert shown(" " * 139 + mark, limit=10) == mark
        assert shown(" " * 140 + mark, limit=10) == ""


@pytest.mark.parametrize("shown", [clean, visible])
def test_six_marks_on_a_letter_stay_and_the_seventh_goes_on_each_letter_anew(shown: Callable[..., str]) -> None:
    ring = "\u0325"  # below: no letter takes it up
    assert shown(f"q{ring * 6}q{ring * 9}", limit=100) == f"q{ring * 6}q{ring * 6}"

"""Redaction masks what identifies people and leaves the rest; cleaning leaves nothing that cannot be seen."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.domain.redaction import clean, redact


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
    "text",
    [
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

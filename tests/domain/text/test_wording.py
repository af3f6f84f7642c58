"""Numbers, dates and foreign names in sentences."""

from __future__ import annotations

from datetime import date

import pytest

from store.domain.text.wording import ago, as_of, joined, money, on_day, one_line, plural, quoted


def test_money_is_whole_with_thousands_and_its_sign() -> None:
    assert (money(84_000.4), money(1_234_567, "€"), money(0)) == ("$84,000", "€1,234,567", "$0")


def test_a_day_names_its_year_only_where_it_is_another() -> None:
    today = date(2026, 11, 20)
    assert on_day(date(2026, 1, 4), today=today) == "4 Jan"
    assert on_day(date(2027, 1, 4), today=today) == "4 Jan 2027"


@pytest.mark.parametrize(("count", "said"), [(0, "0 days"), (1, "1 day"), (2, "2 days"), (1_200, "1,200 days")])
def test_nouns_agree_with_their_number(count: int, said: str) -> None:
    assert plural(count, "day") == said


def test_days_ago_have_their_own_words_for_today_and_yesterday() -> None:
    assert [ago(days) for days in (0, 1, 2)] == ["today", "yesterday", "2 days ago"]


def test_foreign_text_becomes_one_short_line() -> None:
    assert quoted(" a\n\tb  c ") == "“a b c”"
    assert one_line("x" * 81) == "x" * 79 + "…"
    assert one_line("x" * 80) == "x" * 80
    assert len(one_line("long " * 1_000_000, limit=40)) <= 40


def test_parts_are_joined_as_in_a_sentence() -> None:
    assert [joined(list("abc"[:count])) for count in (1, 2, 3)] == ["a", "a and b", "a, b and c"]


@pytest.mark.parametrize(
    ("said", "later"),
    [
        ("Nothing logged for 51 days.", "Nothing logged for 51 days (as of 12 Mar)."),
        ("“Renewal” was due to close 3 days ago.", "“Renewal” was due to close 3 days ago (as of 12 Mar)."),
        ("“Renewal” slipped 9 days, to 3 May.", "“Renewal” slipped 9 days, to 3 May."),
        ("Task “Call for 2 days” was due on 3 May.", "Task “Call for 2 days” was due on 3 May."),
    ],
)
def test_what_counts_days_says_until_when_on_another_day(said: str, later: str) -> None:
    written = date(2026, 3, 12)
    assert as_of(said, written, today=written) == said
    assert as_of(said, written, today=date(2026, 3, 16)) == later

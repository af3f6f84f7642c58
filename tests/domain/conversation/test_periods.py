"""The days that a message means."""

from __future__ import annotations

from datetime import date

import pytest

from store.domain.conversation.periods import period_in

TODAY = date(2026, 11, 25)  # a Wednesday


@pytest.mark.parametrize(
    ("message", "first", "last"),
    [
        ("what closes this month", (2026, 11, 1), (2026, 11, 30)),
        ("what closes next month?", (2026, 12, 1), (2026, 12, 31)),
        ("deals closing in December", (2026, 12, 1), (2026, 12, 31)),
        ("closing in march", (2027, 3, 1), (2027, 3, 31)),
        ("closing in may", (2027, 5, 1), (2027, 5, 31)),
        ("closing this quarter", (2026, 10, 1), (2026, 12, 31)),
        ("closing in Q1", (2027, 1, 1), (2027, 3, 31)),
        ("what closes by end of year", (2026, 11, 25), (2026, 12, 31)),
        ("closing eom?", (2026, 11, 25), (2026, 11, 30)),
        ("what closes in the first half of july", (2027, 7, 1), (2027, 7, 15)),
        ("what will close this summer", (2027, 6, 1), (2027, 8, 31)),
        ("closed won mtd", (2026, 11, 1), (2026, 11, 25)),
        ("what closes next month, and the month after?", (2027, 1, 1), (2027, 1, 31)),
        ("in the next 30 days", (2026, 11, 25), (2026, 12, 25)),
        ("within two weeks", (2026, 11, 25), (2026, 12, 9)),
        ("next week", (2026, 11, 30), (2026, 12, 6)),
        ("what's due tomorrow", (2026, 11, 26), (2026, 11, 26)),
    ],
)
def test_a_period_to_come(message: str, first: tuple[int, int, int], last: tuple[int, int, int]) -> None:
    found = period_in(message, TODAY)

    assert found is not None
    assert (found.first, found.last) == (date(*first), date(*last))


@pytest.mark.parametrize(
    ("message", "first", "last"),
    [
        ("what did I decide yesterday", (2026, 11, 24), (2026, 11, 24)),
        ("last week", (2026, 11, 16), (2026, 11, 22)),
        ("in the last 3 days", (2026, 11, 22), (2026, 11, 25)),
        ("what did I approve in December", (2025, 12, 1), (2025, 12, 31)),
        ("in october", (2026, 10, 1), (2026, 10, 31)),
    ],
)
def test_a_period_gone_by(message: str, first: tuple[int, int, int], last: tuple[int, int, int]) -> None:
    found = period_in(message, TODAY, ahead=False)

    assert found is not None
    assert (found.first, found.last) == (date(*first), date(*last))


@pytest.mark.parametrize("message", ["how is Acme", "may I see the list?", "what may happen"])
def test_no_period(message: str) -> None:
    assert period_in(message, TODAY) is None


@pytest.mark.parametrize(
    ("message", "first", "last"),
    [
        ("what will close this summer", (2027, 6, 1), (2027, 8, 31)),
        ("this winter", (2026, 12, 1), (2027, 2, 28)),
        ("next autumn", (2027, 9, 1), (2027, 11, 30)),
        ("first half of july closes", (2027, 7, 1), (2027, 7, 15)),
        ("late next month", (2026, 12, 21), (2026, 12, 31)),
        ("by the end of next quarter", (2026, 11, 25), (2027, 3, 31)),
        ("end of next week", (2026, 11, 25), (2026, 12, 6)),
        ("the rest of the month", (2026, 11, 25), (2026, 11, 30)),
        ("before february", (2026, 11, 25), (2027, 1, 31)),
        ("by june", (2026, 11, 25), (2027, 6, 30)),
        ("closing in H1", (2027, 1, 1), (2027, 6, 30)),
        ("second quarter of 2027", (2027, 4, 1), (2027, 6, 30)),
        ("the month after next", (2027, 1, 1), (2027, 1, 31)),
        ("what closes next month\nand the month after?", (2027, 1, 1), (2027, 1, 31)),
        ("what closes in january\nand in march?", (2027, 3, 1), (2027, 3, 31)),
        ("next week\nn the week after", (2026, 12, 7), (2026, 12, 13)),
    ],
)
def test_a_part_of_a_year_or_month_and_the_period_after_the_one_before(
    message: str, first: tuple[int, int, int], last: tuple[int, int, int]
) -> None:
    found = period_in(message, TODAY)

    assert found is not None
    assert (found.first, found.last) == (date(*first), date(*last))


@pytest.mark.parametrize(
    ("message", "first", "last"),
    [
        ("closed won mtd", (2026, 11, 1), (2026, 11, 25)),
        ("year to date", (2026, 1, 1), (2026, 11, 25)),
        ("biggest win of the year", (2026, 1, 1), (2026, 12, 31)),
        ("since january", (2026, 1, 1), (2026, 11, 25)),
        ("wins in summer", (2026, 6, 1), (2026, 8, 31)),
        ("won last summer", (2026, 6, 1), (2026, 8, 31)),
        ("last quarter", (2026, 7, 1), (2026, 9, 30)),
        ("last year\nand the year before?", (2024, 1, 1), (2024, 12, 31)),
    ],
)
def test_a_longer_time_gone_by(message: str, first: tuple[int, int, int], last: tuple[int, int, int]) -> None:
    found = period_in(message, TODAY, ahead=False)

    assert found is not None
    assert (found.first, found.last) == (date(*first), date(*last))

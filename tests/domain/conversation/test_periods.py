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

"""How long the bot waits before it tries again."""

from __future__ import annotations

import pytest

from store.retry import CRM_EXPORT, MEMORY, Backoff


@pytest.mark.parametrize(("failures", "seconds"), [(1, 1), (2, 2), (6, 32), (7, 60), (1_025, 60), (43_200, 60)])
def test_the_wait_doubles_and_never_exceeds_the_longest(failures: int, seconds: float) -> None:
    assert MEMORY.after(failures) == seconds


def test_the_first_looks_at_an_export_come_soon() -> None:
    assert [CRM_EXPORT.after(look) for look in range(1, 7)] == [2, 4, 8, 16, 30, 30]


def test_a_wait_of_nothing_stays_nothing_however_often_it_fails() -> None:
    assert Backoff(0.0, 60.0).after(10_000) <= 60.0

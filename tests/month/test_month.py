"""A short piece of a company's month, lived through the real bot: what holds today holds there."""

from __future__ import annotations

from datetime import date

from tests.month.company import Habit
from tests.month.life import live

THURSDAY = date(2026, 3, 5)  # on the Sunday after it, clocks change in America


async def test_four_days_and_a_weekend_of_three_owners_breaks_nothing() -> None:
    month = await live(seed=1, owners=3, accounts=8, days=4, first=THURSDAY)
    assert month.broken.as_json() == {}
    people = month.figures["people"]
    assert isinstance(people, dict)
    assert set(people) == {"diligent", "picky", "ignoring", "manager"}
    assert month.figures["writes"], "nobody approved anything, so nothing was judged"
    assert all(people[each]["cards"] for each in ("diligent", "picky", "ignoring"))


async def test_four_days_on_which_accounts_change_hands_break_nothing() -> None:
    """One owner hands all over to a newcomer on the second day, another leaves on the third."""
    kinds = (Habit.HANDING_OVER, Habit.LEAVER, Habit.NEWCOMER, Habit.DECLINING)
    month = await live(seed=3, accounts=6, days=4, people=kinds)
    assert month.broken.as_json() == {}
    assert month.figures["given_away"] == [6]

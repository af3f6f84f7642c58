"""A company of another seed has other people, and things happen in it that a plain history doesn't have."""

from __future__ import annotations

from itertools import islice

from tests.month.company import Habit, cast, kinds

CHANGING_HANDS = {Habit.HANDING_OVER, Habit.LEAVER, Habit.NEWCOMER}


def test_two_seeds_have_other_people_and_each_hands_accounts_over() -> None:
    companies = [tuple(islice(kinds(seed), 8)) for seed in range(1, 30)]
    assert companies[0] == (
        Habit.DILIGENT,
        Habit.PICKY,
        Habit.IGNORING,
        Habit.ASKING,
        Habit.ABSENT,
        Habit.HANDING_OVER,
        Habit.LEAVER,
        Habit.NEWCOMER,
    )
    assert all(set(each) >= CHANGING_HANDS for each in companies)
    assert len(set(companies)) > 20
    assert {habit for each in companies for habit in each} == set(Habit) - {Habit.MANAGER}


def test_people_far_away_keep_their_own_time() -> None:
    found = cast(seed=2, owners=1, accounts=1, days=2, people=[Habit.FAR_EAST, Habit.FAR_WEST])
    zones = [user.time_zone for user in found.company.users if found.habits.get(user.id) is not Habit.MANAGER]
    assert {"Pacific/Auckland", "Pacific/Honolulu"} <= set(zones)

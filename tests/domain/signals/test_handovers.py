"""Which accounts came to their owner together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from store.domain.crm.accounts import AccountFacts
from store.domain.crm.changes import Change
from store.domain.signals.handovers import AT_LEAST, TOGETHER, handed_over
from store.domain.signals.kinds import SignalKind
from tests.domain.makers import ANNA, BEN, DAY, NOW, account, context, facts, found, moved

HOURS = st.lists(st.integers(min_value=0, max_value=120), min_size=0, max_size=12)


def book(hours: Sequence[int]) -> tuple[list[AccountFacts], dict[str, list[Change]]]:
    """Accounts that went from Ben to Anna so many hours ago."""
    found: list[AccountFacts] = []
    changes: dict[str, list[Change]] = {}
    for number, ago in enumerate(hours):
        before = replace(account(owner_id=BEN.id), id=f"a{number}")
        now, made = moved(before, NOW - timedelta(hours=ago), owner_id=ANNA.id)
        found.append(facts(account=now))
        changes[now.id] = list(made)
    return found, changes


def came(hours: Sequence[int], *, days: int = 7) -> set[str]:
    return set(handed_over(*book(hours), after=NOW - days * DAY))


def test_three_in_one_night_are_a_handover_and_two_are_not() -> None:
    assert came([1, 2, 3]) == {"a0", "a1", "a2"}
    assert came([1, 2]) == set()


def test_those_far_apart_are_no_handover() -> None:
    assert came([1, 30, 60]) == set()
    assert came([1, 2, 3, 60]) == {"a0", "a1", "a2"}


def test_what_went_away_again_or_came_too_long_ago_did_not_come() -> None:
    accounts, changes = book([1, 2, 3])
    back, made = moved(account(owner_id=ANNA.id), NOW, owner_id=BEN.id)
    gone = replace(accounts[0], account=replace(back, id="a0"))
    assert "a0" not in handed_over(
        [gone, *accounts[1:]], changes | {"a0": [*changes["a0"], *made]}, after=NOW - 7 * DAY
    )
    assert came([100, 101, 102], days=3) == set()


def test_only_whole_accounts_count() -> None:
    accounts, changes = book([1, 2, 3])
    assert not handed_over([replace(each, partial=True) for each in accounts], changes, after=NOW - DAY)


@given(HOURS)
def test_each_of_a_handover_has_enough_others_near_it(hours: list[int]) -> None:
    together = {int(each[1:]) for each in came(hours)}
    for number in together:
        near = [each for each in together if abs(hours[each] - hours[number]) * timedelta(hours=1) <= TOGETHER]
        assert len(near) > 1
    assert not together or len(together) >= AT_LEAST


@given(HOURS)
def test_the_order_of_the_book_changes_nothing(hours: list[int]) -> None:
    accounts, changes = book(hours)
    after = NOW - 7 * DAY
    assert handed_over(accounts, changes, after=after) == handed_over(accounts[::-1], changes, after=after)


def test_an_account_of_a_handover_is_no_signal_of_its_own() -> None:
    now, made = moved(account(owner_id=BEN.id), NOW - DAY, owner_id=ANNA.id)
    kind = SignalKind.OWNER_CHANGED
    assert found(kind, facts(account=now), context(*made)).signals
    assert not found(kind, facts(account=now), context(*made, in_handover=True)).signals

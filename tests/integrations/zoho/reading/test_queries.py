"""COQL text: conditions Zoho accepts, and values that cannot leave their quotes."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from integrations.sandbox.zoho.coql import Criterion, criteria, parse
from integrations.zoho.reading import queries


def test_more_than_two_conditions_are_nested_in_pairs() -> None:
    assert queries.all_of(["a = 1", "b = 2", "c = 3"]) == "((a = 1 and b = 2) and c = 3)"
    assert queries.any_of(["a = 1"]) == "a = 1"


def test_more_values_than_one_in_takes_are_spread_over_several() -> None:
    condition = queries.one_of("Owner", [str(n) for n in range(120)])

    asked = parse(queries.select("Deals", ("id",), condition))
    parts = list(criteria(asked.where))
    assert [len(part.values) for part in parts] == [50, 50, 20]
    assert {value for part in parts for value in part.values} == {str(n) for n in range(120)}


def test_excluding_many_values_excludes_every_one_of_them() -> None:
    condition = queries.none_of("Stage", [f"Stage {n:02}" for n in range(60)])
    assert condition.count(" not in ") == 2
    assert " and " in condition
    assert " or " not in condition


@given(st.text(max_size=60))
def test_no_text_can_leave_its_quotes(value: str) -> None:
    asked = parse(queries.select("Accounts", ("id",), queries.equal("Account_Name", value)))

    assert isinstance(asked.where, Criterion)
    assert asked.where.column == "Account_Name"
    assert str(asked.where.values[0]).count("'") == value.count("'")


def test_a_search_takes_per_cent_signs_out_of_the_text() -> None:
    assert queries.contains("Account_Name", "100% O'Neil") == "Account_Name like '%100 O''Neil%'"


def test_a_moment_is_told_in_utc_with_its_offset_and_whole_seconds() -> None:
    berlin = datetime(2026, 3, 20, 7, 30, 1, 999_999, tzinfo=timezone(timedelta(hours=1)))
    assert queries.modified_since(berlin) == "Modified_Time >= '2026-03-20T06:30:01+00:00'"

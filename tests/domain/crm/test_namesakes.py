"""A few words distinguish accounts of one name."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from store.domain.crm.namesakes import told_apart
from tests.domain.makers import account

ACME = replace(account(name="Acme"), id="4150868000002000001")


def test_accounts_of_different_names_need_nothing() -> None:
    assert told_apart([ACME, replace(ACME, id="2", name="Acme East")]) == {}


def test_a_property_that_only_one_has_comes_before_the_end_of_its_id() -> None:
    group = [replace(ACME, industry="Retail"), replace(ACME, id="x0002", name=" ACME ", industry="Energy")]
    assert told_apart(group) == {ACME.id: "Retail", "x0002": "Energy"}
    same = [replace(ACME, industry="Retail"), replace(ACME, id="4150868000012000001", industry="retail")]
    assert told_apart(same) == {ACME.id: "no. …02000001", "4150868000012000001": "no. …12000001"}


_VALUES = st.sampled_from([None, "", "Retail", "retail", "Energy", "x" * 90])


@given(st.lists(st.tuples(_VALUES, _VALUES), min_size=2, max_size=6))
def test_no_two_namesakes_look_alike(values: list[tuple[str | None, str | None]]) -> None:
    group = [
        replace(ACME, id=f"41508680000020{n:05}", industry=industry, account_type=kind)
        for n, (industry, kind) in enumerate(values)
    ]
    said = told_apart(group)
    assert len({words.casefold() for words in said.values()}) == len(group)

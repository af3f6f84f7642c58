"""Which writes want two people, and which may be approved together with others."""

from __future__ import annotations

from dataclasses import replace

import pytest

from store.domain.crm.basis import Difference
from store.domain.gate.stakes import StakesPolicy, is_low_risk, needs_second
from store.domain.gate.write import Write
from store.domain.signals.kinds import Risk
from tests.domain.proposals import NOTE, REMOVAL, TASK, UPDATE, proposal

LOW = proposal(TASK, risk=Risk.LOW)


@pytest.mark.parametrize("write", [TASK, NOTE, UPDATE])
def test_by_default_one_person_is_enough_for_any_amount(write: Write) -> None:
    assert not needs_second(write, amount=1e9, policy=StakesPolicy())


@pytest.mark.parametrize(("amount", "two"), [(0.0, False), (99.99, False), (100.0, True), (1e9, True)])
def test_from_an_amount_on_two_are_wanted(amount: float, two: bool) -> None:
    assert needs_second(TASK, amount=amount, policy=StakesPolicy(amount=100.0)) is two


def test_a_limit_below_one_counts_too() -> None:
    assert needs_second(TASK, amount=0.6, policy=StakesPolicy(amount=0.5))


def test_a_tool_or_a_field_alone_wants_two() -> None:
    by_tool, by_field = StakesPolicy(kinds=frozenset({"add_note"})), StakesPolicy(fields=frozenset({"account_type"}))
    assert [needs_second(each, amount=0, policy=by_tool) for each in (TASK, NOTE, UPDATE)] == [False, True, False]
    assert [needs_second(each, amount=0, policy=by_field) for each in (TASK, NOTE, UPDATE)] == [False, False, True]
    assert not needs_second(UPDATE, amount=0, policy=StakesPolicy(fields=frozenset({"rating"})))


def test_a_task_or_note_of_low_risk_may_be_approved_with_others() -> None:
    assert is_low_risk(LOW)
    assert is_low_risk(proposal(NOTE, risk=Risk.LOW))


@pytest.mark.parametrize("risk", [each for each in Risk if each is not Risk.LOW])
def test_no_other_risk_is_low(risk: Risk) -> None:
    assert not is_low_risk(proposal(TASK, risk=risk))


def test_what_overwrites_moved_undoes_or_wants_two_is_decided_alone() -> None:
    moved = (Difference(label="Stage", shown="a", present="b"),)
    alone = (
        proposal(UPDATE, risk=Risk.LOW), proposal(REMOVAL, risk=Risk.LOW), replace(LOW, needs_second=True),
        replace(LOW, drifted=moved), replace(LOW, undoes="another"),
    )  # fmt: skip
    assert not any(is_low_risk(each) for each in alone)

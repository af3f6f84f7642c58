"""The Home lists a few of the snoozed and rejected decisions, each with its way back; a modal lists all."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.views.set_aside import LISTED, SHOWN, set_aside_blocks, set_aside_modal
from integrations.sandbox.slack.blockkit import view_problems
from store.domain.gate.proposals import Proposal, State
from tests.bot import samples


def aside(count: int, state: State, *, start: int = 0) -> list[Proposal]:
    made = samples.proposal(0, samples.advice(samples.task()))
    until = samples.NOW + timedelta(days=3) if state is State.SNOOZED else None
    return [
        replace(made, id=f"{number:032x}", state=state, snoozed_until=until, reason="Not relevant")
        for number in range(start, start + count)
    ]


@pytest.mark.parametrize(
    ("snoozed", "rejected", "title", "backs"),
    [
        (0, 0, None, 0),
        (2, 0, "Snoozed", 2),
        (0, 1, "Rejected", 1),
        (9, 0, "Snoozed", 5),
        (9, 9, "Snoozed and rejected", 5),
        (1, 9, "Snoozed and rejected", 5),
        (9, 1, "Snoozed and rejected", 5),
    ],
)
def test_the_home_shows_a_few_of_both_each_with_its_way_back(
    snoozed: int, rejected: int, title: str | None, backs: int
) -> None:
    blocks = set_aside_blocks(aside(snoozed, State.SNOOZED), aside(rejected, State.REJECTED, start=50), samples.READER)
    assert [each["text"]["text"] for each in blocks if each["type"] == "header"] == ([title] if title else [])
    assert str(blocks).count("'Bring back'") == backs
    assert (f"Show all {snoozed + rejected}" in str(blocks)) is (snoozed + rejected > SHOWN)
    if snoozed and rejected:
        assert "bring_back_proposal" in str(blocks)
        assert "reopen_proposal" in str(blocks)


def test_the_modal_lists_all_that_fits_and_counts_the_rest() -> None:
    view = set_aside_modal(aside(60, State.SNOOZED), aside(45, State.REJECTED, start=70), samples.READER)
    assert not view_problems(view)
    assert str(view).count("'Bring back'") == 2 * LISTED
    assert "And 25 more, on their cards." in str(view)
    assert "Nothing is set aside." in str(set_aside_modal([], [], samples.READER))


def test_one_that_is_too_old_to_decide_comes_back_with_a_next_brief_once() -> None:
    (old,) = [replace(each, expires_at=samples.NOW) for each in aside(1, State.REJECTED)]
    for late in (old, replace(old, reason="Already done")):
        assert "lift_rejection" in str(set_aside_blocks([], [late], samples.READER))
    assert "Bring back" not in str(set_aside_blocks([], [replace(old, lifted_at=samples.NOW)], samples.READER))


def test_a_long_name_keeps_the_brackets_that_tell_accounts_apart() -> None:
    name = "Nordic Cold Chain Logistics and Storage Group Holding (Bergen)"
    (made,) = [replace(each, account_name=name) for each in aside(1, State.SNOOZED)]
    assert "(Bergen)" in str(set_aside_blocks([made], [], samples.READER))

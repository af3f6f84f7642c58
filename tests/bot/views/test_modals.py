"""Adjusting and rejecting: what the modals show, and what comes back out of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from bot.views.adjust_proposal import adjust_modal, write_from_submission
from bot.views.reject_proposal import reason_from_submission
from store.domain.gate.adjust_proposal import FieldProblems
from store.domain.gate.write import Write
from store.domain.gate.writes.update_account import FieldChange
from tests.bot import samples

PEOPLE = [(samples.OWNER, "Anna Berg"), (samples.MANAGER, "Max Lind")]


def untouched(view: dict[str, Any]) -> dict[str, Any]:
    """The `state.values` of a modal that is submitted as it was opened."""
    values: dict[str, Any] = {}
    for block in view["blocks"]:
        if block["type"] == "input":
            element = block["element"]
            values[block["block_id"]] = {
                element["action_id"]: {
                    "type": element["type"],
                    "value": element.get("initial_value"),
                    "selected_date": element.get("initial_date"),
                    "selected_option": element.get("initial_option"),
                }
            }
    return values


def submit(write: Write, **typed: dict[str, Any]) -> Write:
    proposal = samples.proposal(1, samples.advice(write))
    values = untouched(adjust_modal(proposal, people=PEOPLE, choices={"rating": ["Active", "Customer"]}))
    for field, state in typed.items():
        values[field] = {field: state}
    return write_from_submission(proposal, values, people=PEOPLE)


@pytest.mark.parametrize("write", [samples.task(), samples.note(), samples.update(fields=("rating", "description"))])
def test_a_modal_submitted_untouched_is_the_write_that_was_proposed(write: Write) -> None:
    assert submit(write) == write


def test_a_value_far_down_a_long_picklist_is_among_its_groups_and_chosen() -> None:
    segments = [f"Segment {number:03d}" for number in range(150)]
    change = FieldChange(field="account_type", before=segments[3], after=segments[140])
    write = replace(samples.update(), changes=(change,))
    proposal = samples.proposal(1, samples.advice(write))
    view = adjust_modal(proposal, people=PEOPLE, choices={"account_type": segments})
    menu = next(block["element"] for block in view["blocks"] if block.get("block_id") == "account_type")

    assert [len(group["options"]) for group in menu["option_groups"]] == [100, 50]
    assert menu["initial_option"]["value"] == segments[140]
    assert write_from_submission(proposal, untouched(view), people=PEOPLE) == write


def test_every_field_of_a_task_can_be_adjusted() -> None:
    assert submit(
        samples.task(),
        subject={"value": "  Call Max "},
        due={"selected_date": "2026-11-27"},
        priority={"selected_option": {"value": "Low"}},
        description={"value": None},
        assignee_id={"selected_option": {"value": samples.MANAGER}},
    ) == replace(
        samples.task(),
        subject="Call Max",
        due=date(2026, 11, 27),
        priority="Low",
        description="",
        assignee_id=samples.MANAGER,
        assignee_name="Max Lind",
    )


def test_an_account_field_is_adjusted_and_keeps_what_stood_there() -> None:
    adjusted = submit(samples.update(), rating={"selected_option": {"value": "Active"}})
    assert adjusted == replace(samples.update(), changes=(replace(samples.update().changes[0], after="Active"),))


def test_a_text_too_long_for_a_modal_stays_as_it_was_proposed() -> None:
    long = replace(samples.note(), text="x" * 4_000)
    assert submit(long, title={"value": "New"}) == replace(long, title="New")


@pytest.mark.parametrize(
    ("field", "state"),
    [("due", {"selected_date": "soon"}), ("assignee_id", {"selected_option": {"value": "4150000000000666"}})],
)
def test_what_cannot_be_read_is_a_problem_of_its_field(field: str, state: dict[str, Any]) -> None:
    with pytest.raises(FieldProblems) as caught:
        submit(samples.task(), **{field: state})
    assert [name for name, _ in caught.value.problems] == [field]


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"reason": {"reason": {"selected_option": {"value": "done"}}}}, "Already done"),
        (
            {
                "reason": {"reason": {"selected_option": {"value": "timing"}}},
                "comment": {"comment": {"value": " in May "}},
            },
            "Not now: in May",
        ),
        ({"reason": {"reason": {"selected_option": {"value": "forged"}}}}, "Something else"),
        ({}, "Something else"),
    ],
)
def test_a_rejection_has_a_reason_and_perhaps_a_comment(values: dict[str, Any], reason: str) -> None:
    assert reason_from_submission(values) == reason

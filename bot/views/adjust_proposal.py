"""The Adjust modal: show a write's fields, and read them back as a write.

A text too long for the modal (over Slack's 3,000 characters) stays as proposed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.views.blocks import View, context, modal, section
from bot.views.write import view_of
from store.domain.gate.proposals import Proposal
from store.domain.gate.write import Write

ADJUST_MODAL = "adjust_modal"


def adjust_modal(
    proposal: Proposal,
    *,
    people: Sequence[tuple[str, str]],
    choices: Mapping[str, Sequence[str]],
    private_metadata: str = "",
) -> View:
    """`people` are (id, name) pairs of a task's possible assignees; `choices` are the known values of picklist fields;
    `private_metadata` identifies the proposal's version and the place where the modal was opened.

    Raises: Refused for a kind that can't be adjusted.
    """
    write, view = proposal.write, view_of(proposal.write)
    return modal(
        "Adjust",
        [
            section(view.about(write)),
            *view.inputs(write, people, choices),
            context(f"This makes a new version for you to approve. Nothing is written to {view.place} yet."),
        ],
        callback_id=ADJUST_MODAL,
        private_metadata=private_metadata,
        submit="Save",
    )


def write_from_submission(proposal: Proposal, values: Mapping[str, Any], *, people: Sequence[tuple[str, str]]) -> Write:
    """The write from a submitted Adjust modal. `values` is the view's `state.values`.

    Raises: FieldProblems for unreadable input. The policy checks whether the write is acceptable.
    """
    return view_of(proposal.write).submission(proposal.write, values, dict(people))

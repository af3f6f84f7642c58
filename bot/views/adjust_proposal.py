"""The Adjust modal: the exact fields of a write, and reading them back as a write.

Whatever a modal does not show (a text longer than Slack's 3,000 characters) stays as it was proposed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.views.blocks import View, context, modal, section
from bot.views.text import named
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
    """`people` are the (id, name) pairs a task may go to; `choices` the values a picklist field may take, as far as they are
    known; `private_metadata` says which version of which proposal this adjusts and where it was opened.

    Raises: Refused for a kind that has nothing to adjust.
    """
    write, view = proposal.write, view_of(proposal.write)
    return modal(
        "Adjust",
        [
            section(f"For {write.parent_kind} “{named(write.parent_name, limit=100)}”"),
            *view.inputs(write, people, choices),
            context(f"This makes a new version for you to approve. Nothing is written to {view.place} yet."),
        ],
        callback_id=ADJUST_MODAL,
        private_metadata=private_metadata,
        submit="Save",
    )


def write_from_submission(proposal: Proposal, values: Mapping[str, Any], *, people: Sequence[tuple[str, str]]) -> Write:
    """The write that a submitted Adjust modal describes. `values` is the view's `state.values`.

    Raises: FieldProblems for what cannot be read at all; whether the write is acceptable is the policy's to say.
    """
    return view_of(proposal.write).submission(proposal.write, values, dict(people))

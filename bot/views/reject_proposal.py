"""The Reject modal: a reason from a short list, and an optional comment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.views.blocks import View, input_block, modal, option, section, submitted, text_input
from bot.views.text import mrkdwn
from store.domain.attention.answers import ALREADY_DONE
from store.domain.gate.proposals import Proposal

REJECT_MODAL = "reject_modal"
REASONS: Mapping[str, str] = {
    "done": ALREADY_DONE,
    "timing": "Not now",
    "irrelevant": "Does not fit this account",
    "wrong_data": "The CRM data is wrong",
    "other": "Something else",
}


def reject_modal(proposal: Proposal, *, private_metadata: str = "") -> View:
    reasons = {"type": "radio_buttons", "action_id": "reason", "options": [option(*each) for each in REASONS.items()]}
    return modal(
        "Reject",
        [
            section(f"*{mrkdwn(proposal.name, limit=150)}*\nfor {mrkdwn(proposal.account_name, limit=100)}"),
            input_block("reason", "Why?", reasons, hint="The bot remembers it and won't repeat this advice soon."),
            input_block("comment", "Comment", text_input("comment", limit=500, multiline=True), optional=True),
        ],
        callback_id=REJECT_MODAL,
        private_metadata=private_metadata,
        submit="Reject",
    )


def reason_from_submission(values: Mapping[str, Any]) -> str:
    """`Already done: called her on Friday`; "Something else" if nothing readable was submitted."""
    reason = REASONS.get(submitted(values, "reason") or "", REASONS["other"])
    comment = (submitted(values, "comment") or "").strip()
    return f"{reason}: {comment}" if comment else reason

"""The Reject modal: a reason from a short list, each with what follows from it, and an optional comment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.views.blocks import View, input_block, modal, option, section, submitted, text_input
from bot.views.text import mrkdwn
from store.domain.gate.proposals import Proposal
from store.domain.gate.reasons import CONSEQUENCES, RejectReason

REJECT_MODAL = "reject_modal"
# What forms opened under an earlier release submit.
_FORMERLY: Mapping[str, RejectReason] = {
    "wrong_data": RejectReason.WRONG,
    "timing": RejectReason.NOT_NOW,
    "irrelevant": RejectReason.OTHER,
}
_BY_VALUE: Mapping[str, RejectReason] = {**_FORMERLY, **{str(reason): reason for reason in RejectReason}}


def reject_modal(proposal: Proposal, *, private_metadata: str = "") -> View:
    options = [option(str(reason), follows.label, follows.tells) for reason, follows in CONSEQUENCES.items()]
    reasons = {"type": "radio_buttons", "action_id": "reason", "options": options}
    return modal(
        "Reject",
        [
            section(f"*{mrkdwn(proposal.name, limit=150)}*\nfor {mrkdwn(proposal.account_name, limit=100)}"),
            input_block(
                "reason", "Why?", reasons, hint="Except after Not now, the same advice on the same facts won't return."
            ),
            input_block("comment", "Comment", text_input("comment", limit=500, multiline=True), optional=True),
        ],
        callback_id=REJECT_MODAL,
        private_metadata=private_metadata,
        submit="Reject",
    )


def reason_from_submission(values: Mapping[str, Any]) -> str:
    """`Already done: called her on Friday`; "Something else" if nothing readable was submitted."""
    reason = CONSEQUENCES[_BY_VALUE.get(submitted(values, "reason") or "", RejectReason.OTHER)].label
    comment = (submitted(values, "comment") or "").strip()
    return f"{reason}: {comment}" if comment else reason

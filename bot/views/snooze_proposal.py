"""The modal for snoozing a recommendation until a day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from bot.views.blocks import View, input_block, modal, section, submitted
from bot.views.reader import Reader
from bot.views.text import mrkdwn
from store.domain.gate.adjust_proposal import FieldProblems
from store.domain.gate.proposals import Proposal

SNOOZE_MODAL = "snooze_modal"


def snooze_modal(proposal: Proposal, reader: Reader, *, private_metadata: str = "") -> View:
    tomorrow = reader.now.astimezone(reader.tz).date() + timedelta(days=1)
    chooser = {"type": "datepicker", "action_id": "day", "initial_date": tomorrow.isoformat()}
    return modal(
        "Snooze",
        [
            section(f"*{mrkdwn(proposal.name, limit=150)}*\nfor {mrkdwn(proposal.account_name, limit=100)}"),
            input_block("day", "Ask again on", chooser, hint="Or on the first working day after it."),
        ],
        callback_id=SNOOZE_MODAL,
        private_metadata=private_metadata,
        submit="Snooze",
    )


def day_from_submission(values: Mapping[str, Any]) -> date:
    """Raises: FieldProblems for a day that doesn't exist."""
    try:
        return date.fromisoformat(submitted(values, "day") or "")
    except ValueError:
        raise FieldProblems([("day", "Please choose a day.")]) from None

"""For administrators: approved writes that need attention, and the modal to record their findings in Zoho."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.views.blocks import (
    Block,
    View,
    actions,
    button,
    context,
    input_block,
    modal,
    section,
    select,
    submitted,
    text_input,
)
from bot.views.reader import Reader
from bot.views.status import status_line
from bot.views.write import in_full, view_of
from store.domain.gate.adjust_proposal import FieldProblems
from store.domain.gate.proposals import Proposal, State

RETRY_WRITE, RESOLVE_WRITE, RESOLVE_MODAL = "retry_write", "resolve_write", "resolve_write_modal"
SHOWN = 5
_WRITTEN, _NOT_WRITTEN = "written", "not_written"


def stuck_blocks(stuck: Sequence[Proposal], reader: Reader) -> list[Block]:
    """A section of the App Home; empty if no write is stuck. Its account is not named: that takes the modal, which is audited."""
    if not stuck:
        return []
    blocks = [section("*Writes that need an administrator*")]
    for proposal in stuck[:SHOWN]:
        what = proposal.write.kind.replace("_", " ").capitalize()
        whose = f"*{what}* for {reader.name(proposal.owner_id)}, id `{proposal.id[:8]}`"
        blocks.append(section(f"{whose}\n{status_line(proposal, reader)}"))
        blocks.append(_buttons(proposal))
    if len(stuck) > SHOWN:
        blocks.append(context(f"And {len(stuck) - SHOWN} more: `sergas writes list` shows all."))
    return blocks


def resolve_modal(proposal: Proposal, reader: Reader, *, private_metadata: str) -> View:
    """Ask whether the write is in the system now, showing the payload itself."""
    place = view_of(proposal.write).place
    seen = select([(_WRITTEN, "It is there"), (_NOT_WRITTEN, "It is not there")], action_id="seen", chosen=_NOT_WRITTEN)
    return modal(
        "What is the outcome?",
        [
            *in_full(proposal, reader),
            context(
                f"Look in {place} for the marker {proposal.marker} before you answer. This writes nothing to {place}."
            ),
            input_block("seen", f"What you found in {place}", seen),
            input_block("crm_id", "Id of the record, if it is there", text_input("crm_id", limit=30), optional=True),
        ],
        callback_id=RESOLVE_MODAL,
        private_metadata=private_metadata,
        submit="Record",
    )


def resolution_from_submission(values: Mapping[str, Any]) -> tuple[bool, str | None]:
    """Whether it was written and, if so, the record's id. Raises: FieldProblems."""
    written = submitted(values, "seen") == _WRITTEN
    crm_id = (submitted(values, "crm_id") or "").strip()
    if written and not (crm_id.isascii() and crm_id.isdigit()):
        raise FieldProblems(
            [("crm_id", "Please give the id of the record: the digits at the end of its address in Zoho.")]
        )
    return written, crm_id if written else None


def _buttons(proposal: Proposal) -> Block:
    value = f"{proposal.id}:{proposal.version}"
    if proposal.state is State.UNKNOWN:
        offered = [button("What is the outcome?", action_id=RESOLVE_WRITE, value=value)]
        if proposal.parked_at is not None:
            offered.append(button("Look again", action_id=RETRY_WRITE, value=value))
    else:
        offered = [button("Try again", action_id=RETRY_WRITE, value=value)]
    return actions(f"operate:{value}", *offered)

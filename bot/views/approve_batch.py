"""Approve several low-risk recommendations together: the brief's button, and the modal that lists each write."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from bot.views.blocks import Block, View, button, context, modal, section, section_with
from bot.views.reader import Reader
from bot.views.status import in_force, is_open
from bot.views.write import in_short
from store.domain.brief.brief import Brief
from store.domain.gate.proposals import Proposal
from store.domain.gate.stakes import is_low_risk

APPROVE_BATCH, BATCH_MODAL = "approve_batch", "batch_modal"
# The most that one press approves: a person can still read it, and it fits into the modal's metadata.
LARGEST = 40


def with_batch_button(text: str, brief: Brief, proposals: Mapping[str, Proposal], reader: Reader) -> Block:
    """The text as a section, with the button beside it if there are at least two to approve together."""
    ids = [proposal_id for card in brief.cards for proposal_id in card.proposal_ids]
    count = min(LARGEST, len(low_risk((found for each in ids if (found := in_force(each, proposals))), reader)))
    if count < 2:
        return section(text)
    press = button(f"Approve all low-risk ({count})", action_id=APPROVE_BATCH, value=brief.id)
    return section_with(text, f"batch:{brief.id}", press)


def low_risk(proposals: Iterable[Proposal], reader: Reader) -> list[Proposal]:
    """The proposals that may be approved together now, each once: one line shows all that each would write."""
    found = (each for each in proposals if is_low_risk(each) and is_open(each, reader))
    return list({each.id: each for each in found if in_short(each.write, reader).whole}.values())


def batch_modal(proposals: Sequence[Proposal], reader: Reader, *, private_metadata: str = "") -> View:
    """List exactly what each proposal would write, and ask once for all."""
    shown = proposals[:LARGEST]
    more = f" These are the first {LARGEST}; the others stay open." if len(proposals) >= LARGEST else ""
    return modal(
        "Approve all low-risk",
        [
            section(f"Approve {'these' if len(shown) > 1 else 'this'} {len(shown)} at once?{more}"),
            *(section(_line(number, each, reader)) for number, each in enumerate(shown, start=1)),
            context(
                "Each is written to Zoho exactly as listed. Any that was decided, expired or changed meanwhile is left out. "
                "You get a message with each result."
            ),
        ],
        callback_id=BATCH_MODAL,
        private_metadata=private_metadata,
        submit=f"Approve {len(shown)}",
    )


def _line(number: int, proposal: Proposal, reader: Reader) -> str:
    account = reader.named(proposal.account_name, limit=60)
    return f"{number}. *{account}*\n{in_short(proposal.write, reader).line}"

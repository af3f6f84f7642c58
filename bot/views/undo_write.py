"""The Undo modal: what would be taken back, told before and after, and asked for once; or why it cannot be."""

from __future__ import annotations

from collections.abc import Sequence

from bot.views.blocks import Block, View, context, modal, section
from bot.views.changes import EMPTY, move_lines
from bot.views.reader import Reader
from bot.views.text import fit, mrkdwn, named
from store.domain.crm.basis import Difference
from store.domain.gate.proposals import Proposal, RemoveRecord

UNDO_MODAL = "undo_modal"


def undo_loading() -> View:
    """What opens at once, while the record is read."""
    return modal("Undo", [section("⏳ Reading in Zoho what stands there now…")], callback_id="undo_loading")


def undo_modal(undo: Proposal, moves: Sequence[Difference], reader: Reader, *, private_metadata: str = "") -> View:
    """Asks whether `undo` shall be made. `moves` are what stands in Zoho now and what would stand there afterwards."""
    return modal(
        "Undo",
        [
            section(f"For {undo.write.parent_kind} “{named(undo.write.parent_name, limit=100)}”"),
            section(_told(undo, moves, reader)),
            context(
                f"{_afterwards(undo)} Possible until {reader.clock(undo.expires_at)}, while nobody else changes it."
            ),
        ],
        callback_id=UNDO_MODAL,
        private_metadata=private_metadata,
        submit="Undo",
    )


def undo_refused(sentence: str, moves: Sequence[Difference], reader: Reader) -> View:
    """Why it is not undone; `moves` are what was changed since. `sentence` is plain text."""
    blocks: list[Block] = [section(mrkdwn(sentence, limit=1_000))]
    if moves:
        lines = fit([f"• {line}" for line in move_lines(moves, reader, limit=300)], limit=2_600)
        blocks.append(section("\n".join(("*Written → now in Zoho*", *lines))))
    return modal("Undo", blocks, callback_id="undo_refused")


def _told(undo: Proposal, moves: Sequence[Difference], reader: Reader) -> str:
    if isinstance(undo.write, RemoveRecord):
        title = reader.text(undo.write.title, limit=255)
        return f"*Before:* {undo.write.record} {title}\n*After:* removed"
    lines = fit(move_lines(moves, reader, limit=400), limit=2_600)
    return "\n".join(("*Before → after*", *lines)) if lines else EMPTY


def _afterwards(undo: Proposal) -> str:
    if isinstance(undo.write, RemoveRecord):
        return f"The {undo.write.record} goes to Zoho's recycle bin."
    return "The account gets back what it held before."

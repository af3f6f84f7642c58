"""The Undo modal: the undo's before and after with one confirmation, or the reason why it isn't possible."""

from __future__ import annotations

from collections.abc import Sequence

from bot.views.blocks import Block, View, context, modal, section
from bot.views.changes import move_lines
from bot.views.reader import Reader
from bot.views.text import fit, mrkdwn
from bot.views.write import view_of
from store.domain.crm.basis import Difference
from store.domain.gate.proposals import Proposal

UNDO_MODAL = "undo_modal"


def undo_loading() -> View:
    """The modal that opens at once, while the record is read."""
    return modal("Undo", [section("⏳ Reading the record in Zoho…")], callback_id="undo_loading")


def undo_modal(undo: Proposal, moves: Sequence[Difference], reader: Reader, *, private_metadata: str = "") -> View:
    """Ask for confirmation of `undo`. `moves` are Zoho's current and restored values."""
    write, view = undo.write, view_of(undo.write)
    return modal(
        "Undo",
        [
            section(view.about(write)),
            section(view.undo(write, moves, reader)),
            context(
                f"{view.afterwards(write)} Possible until {reader.clock(undo.expires_at)}, unless someone changes it."
            ),
        ],
        callback_id=UNDO_MODAL,
        private_metadata=private_metadata,
        submit="Undo",
    )


def undo_refused(sentence: str, moves: Sequence[Difference], reader: Reader) -> View:
    """The reason for not undoing; `moves` are the changes since. `sentence` is plain text."""
    blocks: list[Block] = [section(mrkdwn(sentence, limit=1_000))]
    if moves:
        lines = fit([f"• {line}" for line in move_lines(moves, reader, limit=300)], limit=2_600)
        blocks.append(section("\n".join(("*Written → now in Zoho*", *lines))))
    return modal("Undo", blocks, callback_id="undo_refused")

"""The modal in which a person reads a whole write and decides: for an open decision, and for a write without room on its
card."""

from __future__ import annotations

import json

from bot.views import buttons
from bot.views.blocks import VIEW_BLOCKS, Block, View, context, modal, section
from bot.views.changes import move_lines
from bot.views.reader import Reader
from bot.views.space import pages
from bot.views.status import asks_twice
from bot.views.text import mrkdwn
from bot.views.write import in_full, view_of
from store.domain.gate.proposals import Proposal

READ_MODAL = "read_proposal_modal"
_TITLE = "Read and decide"
_VIEW_BYTES = 240_000  # Slack takes 250 kB


def read_modal(proposal: Proposal, reader: Reader, *, private_metadata: str = "", brief_id: str = "") -> View:
    """Every field in full, Approve as its submission, and the other answers. A write that Slack can't show whole has no Approve.
    Why? shows the evidence of the brief `brief_id`, or else the one that first asked."""
    evidence = brief_id or proposal.brief_id
    others = buttons.besides_approve(proposal, why=f"{evidence}:{proposal.account_id}" if evidence else "")
    blocks = [*_whole(proposal, reader), others]
    view = modal(_TITLE, blocks, callback_id=READ_MODAL, private_metadata=private_metadata, submit="Approve")
    if len(view["blocks"]) <= VIEW_BLOCKS and len(json.dumps(view)) <= _VIEW_BYTES:
        return view
    sentence = (
        "This is too long for Slack to show whole, so it can't be approved here. Press Adjust to shorten it, or Reject."
    )
    return modal(_TITLE, [section(sentence), others], callback_id=READ_MODAL, private_metadata=private_metadata)


def log_modal(proposal: Proposal, reader: Reader, *, private_metadata: str = "") -> View:
    """The note of work already done, written by its submission."""
    blocks = [*_whole(proposal, reader, submit="Log it"), buttons.only_adjust(proposal)]
    return modal(
        "Log what you did?", blocks, callback_id=READ_MODAL, private_metadata=private_metadata, submit="Log it"
    )


def _whole(proposal: Proposal, reader: Reader, *, submit: str = "Approve") -> list[Block]:
    account = mrkdwn(proposal.account_name, limit=300)
    moved = move_lines(proposal.drifted, reader, limit=400)
    drift = pages(["🔁 *Changed in Zoho since you were asked*", *moved]) if moved else []
    notes = asks_twice(proposal, reader)
    place = view_of(proposal.write).place
    return [
        section(f"*{account}*"),
        *in_full(proposal, reader),
        *(section(page) for page in drift),
        context(f"{f'{notes} · ' if notes else ''}{submit} writes exactly this to {place}."),
    ]

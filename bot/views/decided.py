"""A decision that is over: one line with its result and the way back."""

from __future__ import annotations

from collections.abc import Mapping

from bot.views import buttons, words
from bot.views.blocks import Block, actions, section, section_with
from bot.views.reader import Reader
from bot.views.status import is_open, log_of, status, status_line, undo_of
from store.domain.gate.proposals import IN_FLIGHT, Proposal, State

APPROVED = IN_FLIGHT | {State.DONE}
SUBJECT_WORDS = 10  # of a write that isn't approved here


def decided_blocks(
    name: str,
    proposal: Proposal,
    proposals: Mapping[str, Proposal],
    reader: Reader,
    *,
    block_id: str = "",
    draft: str = "",
) -> list[Block]:
    """One line: the result, the way back if there is one, and the way to the draft of an e-mail, by the value of its Why?. Of
    work that was done already, also the state of its log. `name` is the account's, as mrkdwn."""
    undo, log = undo_of(proposal, proposals), log_of(proposal, proposals)
    mark, clause = status(proposal, reader, undo, name=named_in_short(proposal, reader))
    text = f"{mark} {name}: {clause}{_logged(log, proposals, reader)}"
    back = [each for each in (_log_button(log, proposals, reader), buttons.way_back(proposal, reader, undo)) if each]
    if draft:
        return [section(text, block_id=block_id), actions(f"draft:{block_id}", *back, buttons.draft(draft))]
    if len(back) > 1:
        return [section(text, block_id=block_id), actions(f"decided:{buttons.value_of(proposal)}", *back)]
    if not back:
        return [section(text, block_id=block_id)]
    return [section_with(text, block_id or f"decided:{buttons.value_of(proposal)}", *back)]


def decided_in_place(proposal: Proposal, among: Mapping[str, Proposal], reader: Reader) -> Block:
    """The status of a decision that isn't asked any more, with the way back at its end."""
    undo, block_id = undo_of(proposal, among), f"decided:{buttons.value_of(proposal)}"
    said = "⏹️ No longer asked here" if is_open(proposal, reader) else status_line(proposal, reader, undo)
    back = buttons.way_back(proposal, reader, undo)
    return section_with(said, block_id, back) if back else section(said, block_id=block_id)


def named_in_short(proposal: Proposal, reader: Reader) -> str:
    """A proposal's name as mrkdwn, cut to a few words."""
    return reader.text(words.first_words(proposal.name, SUBJECT_WORDS), limit=100)


def _logged(log: Proposal | None, proposals: Mapping[str, Proposal], reader: Reader) -> str:
    """` · ✅ note added`; "" if no one wanted it logged."""
    if log is None or log.state not in (*APPROVED, State.DEAD, State.UNDONE):
        return ""
    return f" · {' '.join(status(log, reader, undo_of(log, proposals)))}"


def _log_button(log: Proposal | None, proposals: Mapping[str, Proposal], reader: Reader) -> Block | None:
    """Log it while it can be logged, Undo after that."""
    if log is None or log.state is State.UNDONE:
        return None
    return buttons.log(log) if is_open(log, reader) else buttons.way_back(log, reader, undo_of(log, proposals))

"""A proposal that a reply changed, shown again in its brief's thread with its own buttons."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bot.views.blocks import Part
from bot.views.card import proposal_blocks
from bot.views.reader import Reader
from bot.views.wording import in_words
from store.domain.brief.brief import AGAIN
from store.domain.gate.proposals import Proposal


def again_parts(shown: Iterable[str], proposals: Mapping[str, Proposal], reader: Reader) -> list[Part]:
    """One message per proposal, with its newest version. Unknown ones are left out."""
    return [_part(each, proposals[each], proposals, reader) for each in shown if each in proposals]


def _part(shown: str, proposal: Proposal, proposals: Mapping[str, Proposal], reader: Reader) -> Part:
    blocks = proposal_blocks(proposal, reader, among=proposals, whose=f" · version {proposal.version}")
    return Part(name=f"{AGAIN}{shown}", text=in_words(blocks), blocks=blocks, in_thread=True)

"""Approve several low-risk recommendations together: the brief's button, and the modal that shows each write in full."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.views.blocks import VIEW_BLOCKS, Block, View, button, context, modal, section, section_with
from bot.views.reader import Reader
from bot.views.status import in_force, is_open
from bot.views.write import in_full, shared
from store.domain.brief.brief import Brief
from store.domain.gate.approvals import MOST_AT_ONCE
from store.domain.gate.proposals import Proposal
from store.domain.gate.stakes import is_low_risk
from store.domain.text.wording import plural

APPROVE_BATCH, BATCH_MODAL = "approve_batch", "batch_modal"
_VIEW_BYTES = 240_000  # Slack takes 250 kB
_AROUND = 2, 6_000  # blocks and bytes of a modal beside its writes


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """The proposals that one press approves, with the blocks that show each write in full; `shared` are lines that go for each
    of them. `too_long` counts those that a modal has no room for."""

    shown: Sequence[tuple[Proposal, Sequence[Block]]]
    shared: Sequence[str] = ()
    too_long: int = 0

    @property
    def proposals(self) -> list[Proposal]:
        return [proposal for proposal, _ in self.shown]


def with_batch_button(text: str, brief: Brief, proposals: Mapping[str, Proposal], reader: Reader) -> Block:
    """The text as a section, with the button beside it if there are at least two to approve together."""
    found = (in_force(each, proposals) for each in brief.decisions)
    count = len(batch_of(low_risk((each for each in found if each), reader), reader).shown)
    if count < 2:
        return section(text)
    press = button(f"Approve all low-risk ({count})", action_id=APPROVE_BATCH, value=brief.id)
    return section_with(text, f"batch:{brief.id}", press)


def low_risk(proposals: Iterable[Proposal], reader: Reader) -> list[Proposal]:
    """The proposals that may be approved together now, each once."""
    return list({each.id: each for each in proposals if is_low_risk(each) and is_open(each, reader)}.values())


def batch_of(proposals: Sequence[Proposal], reader: Reader, *, alike: bool = False) -> Batch:
    """As many of the proposals as a modal can show in full. What writes that are `alike` have in common is shown once."""
    shown: list[tuple[Proposal, Sequence[Block]]] = []
    common = shared(proposals, reader) if alike else []
    (count, size), too_long = _AROUND, 0
    for each in proposals[:MOST_AT_ONCE]:
        blocks = _write(len(shown) + 1, each, reader, said=common)
        more = len(json.dumps(blocks))
        if count + len(blocks) > VIEW_BLOCKS or size + more > _VIEW_BYTES:
            too_long += 1
            continue
        shown.append((each, blocks))
        count, size = count + len(blocks), size + more
    return Batch(shown=shown, shared=common, too_long=too_long)


def batch_modal(batch: Batch, *, more: bool = False, private_metadata: str = "") -> View:
    """Show each write in full, and ask once for all. `more`: there are others beside the first MOST_AT_ONCE."""
    count = len(batch.shown)
    left = [f"These are the first {MOST_AT_ONCE}; the others stay open."] if more else []
    if batch.too_long:
        fit, stay = ("doesn't fit", "stays") if batch.too_long == 1 else ("don't fit", "stay")
        left.append(f"{plural(batch.too_long, 'longer one')} {fit} here and {stay} open: decide on the card.")
    return modal(
        "Approve all low-risk",
        [
            section(" ".join([f"Approve {'these' if count > 1 else 'this'} {count} at once?", *left])),
            *(block for _, blocks in batch.shown for block in blocks),
            context(
                "Approve writes exactly this to Zoho. Any that was decided, expired or changed meanwhile is left out. "
                "You get a message with each result."
            ),
        ],
        callback_id=BATCH_MODAL,
        private_metadata=private_metadata,
        submit=f"Approve {count}",
    )


def _write(number: int, proposal: Proposal, reader: Reader, *, said: Collection[str]) -> list[Block]:
    return in_full(proposal, reader, title=f"*{number}. {reader.named(proposal.account_name, limit=60)}*", said=said)

"""What someone set aside, snoozed or rejected, each with its way back: a few on the Home, all of them in a modal."""

from __future__ import annotations

from collections.abc import Sequence

from bot.views import buttons
from bot.views.account import bold_account
from bot.views.action_ids import SET_ASIDE
from bot.views.blocks import Block, View, actions, button, context, header, modal, section, section_with
from bot.views.reader import Reader
from bot.views.status import status_line
from bot.views.text import mrkdwn
from store.domain.gate.proposals import Proposal

SHOWN, SNOOZED_SHOWN = 5, 3  # on the Home: in all, and snoozed ones if there are others
LISTED = 40  # of each in the modal, which takes a hundred blocks
BACK = "Back: it asks again now, in the Home and on its card."


def set_aside_blocks(snoozed: Sequence[Proposal], rejected: Sequence[Proposal], reader: Reader) -> list[Block]:
    """Empty if there is nothing."""
    if not snoozed and not rejected:
        return []
    title = " and ".join(name for name, some in (("snoozed", snoozed), ("rejected", rejected)) if some)
    asleep = snoozed[: max(SNOOZED_SHOWN, SHOWN - len(rejected))]
    shown = [*asleep, *rejected[: SHOWN - len(asleep)]]
    blocks = [header(title.capitalize()), *(_line(each, reader) for each in shown)]
    count = len(snoozed) + len(rejected)
    if count > len(shown):
        blocks.append(actions("set_aside", button(f"Show all {count}", action_id=SET_ASIDE, value="all")))
    return blocks


def set_aside_modal(snoozed: Sequence[Proposal], rejected: Sequence[Proposal], reader: Reader) -> View:
    blocks = [*_titled("Snoozed", snoozed[:LISTED], reader), *_titled("Rejected", rejected[:LISTED], reader)]
    left = sum(max(0, len(each) - LISTED) for each in (snoozed, rejected))
    more = [context(f"And {left} more, on their cards.")] if left else []
    return modal("Set aside", [*(blocks or [section("Nothing is set aside.")]), *more], callback_id="set_aside")


def _titled(title: str, proposals: Sequence[Proposal], reader: Reader) -> list[Block]:
    return [header(title), *(_line(each, reader) for each in proposals)] if proposals else []


def _line(proposal: Proposal, reader: Reader) -> Block:
    account = bold_account(proposal.account_id, proposal.account_name, reader)
    said = f"{account}: {mrkdwn(proposal.name, limit=120)}\n{status_line(proposal, reader)}"
    back = buttons.way_back(proposal, reader) or buttons.lift(proposal, reader)
    block_id = f"aside:{proposal.id}"
    return section_with(said, block_id, back) if back else section(said, block_id=block_id)

"""A handover in the brief: who gave how many accounts, the few that matter most, the others in a list, and one button for all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bot.views.approve_batch import Batch
from bot.views.blocks import (
    Block,
    View,
    button,
    context,
    input_block,
    modal,
    section,
    section_with,
)
from bot.views.handed import LISTED, OPTIONS, accounts_menu, handed_line, handed_list, handed_name
from bot.views.reader import Reader
from bot.views.space import pages
from bot.views.status import in_force, status_line
from bot.views.text import mrkdwn
from store.domain.brief.brief import Brief
from store.domain.brief.handover import SHOWN, Handover
from store.domain.gate.proposals import Proposal, State
from store.domain.text.wording import joined, plural

TAKE_OVER, CHOOSE_MODAL, TAKE_OVER_MODAL = "take_over", "take_over_choose", "take_over_modal"
CHOSEN = "introductions"  # the block of the modal in which accounts are chosen
_GIVERS = 3


def handover_blocks(
    brief: Brief, proposals: Mapping[str, Proposal], reader: Reader, *, most_words: int = 12
) -> list[Block]:
    """The handover in a brief, if any. `most_words` are those of a statement; with less, less else is said too."""
    handover = brief.handover
    if handover is None or not handover.accounts:
        return []
    if handover.taken_by:
        return list(_taken(brief, handover, proposals, reader, most_words))
    block_id = f"handover:{brief.id}"
    press = button("Take over all", action_id=TAKE_OVER, value=handover.first_told or brief.id)
    if handover.first_told:
        came = "came" if len(handover.accounts) > 1 else "was handed"
        said = f"{_count(handover)} {came} to you from {_givers(handover, reader, numbers=False)}, not taken over yet."
        return [section_with(said, block_id, press)]
    new = "are" if len(handover.accounts) > 1 else "is"
    said = f"🤝 *{_count(handover)} {new} now yours*: {_givers(handover, reader)}."
    return [
        section_with(said, block_id, press),
        section("\n".join(handed_line(each, reader, most_words) for each in handover.accounts[:SHOWN]), expand=True),
        *handed_list(handover.accounts[SHOWN:], reader, title="The others", most=LISTED * most_words // 12),
    ]


def choose_modal(handover: Handover, *, private_metadata: str) -> View:
    """Ask which of the accounts get a task to introduce oneself: at first the few that matter most."""
    menu = accounts_menu(handover.accounts, action_id=CHOSEN, chosen=SHOWN, placeholder="No introductions")
    left = len(handover.accounts) - OPTIONS
    return modal(
        "Take over",
        [
            section(f"Take over {_count(handover).lower()}? You see each task before it is written."),
            input_block(CHOSEN, "Task to introduce yourself for", menu, optional=True),
            *([context(f"{left:,} more are taken over without one.")] if left > 0 else []),
        ],
        callback_id=CHOOSE_MODAL,
        private_metadata=private_metadata,
        submit="Next",
    )


def tasks_modal(count: int, tasks: Batch, *, private_metadata: str) -> View:
    """Show each task in full, and ask once for all."""
    proposals = tasks.proposals
    said = [f"Take over {plural(count, 'account')} with {plural(len(proposals), 'task') if proposals else 'no task'}?"]
    if tasks.too_long:
        said.append(f"{plural(tasks.too_long, 'task')} had no room here.")
    return modal(
        "Take over",
        [
            section(" ".join(said)),
            *(block for _, blocks in tasks.shown for block in blocks),
            *([context("Take over writes exactly this to Zoho.")] if proposals else []),
        ],
        callback_id=TAKE_OVER_MODAL,
        private_metadata=private_metadata,
        submit="Take over",
    )


def _taken(
    brief: Brief, handover: Handover, proposals: Mapping[str, Proposal], reader: Reader, most_words: int
) -> Iterator[Block]:
    """What became of it: every introduction that is not written yet has a line."""
    found = [each for id in handover.introductions if (each := in_force(id, proposals))]
    made = sum(each.state is State.DONE for each in found)
    who = "You" if handover.taken_by == (brief.reader_id or brief.owner_id) else reader.name(handover.taken_by)
    tasks = f" · {made} of {plural(len(found), 'introduction')} written" if found else ""
    yield section(f"✅ {who} took over {_count(handover).lower()}{tasks}.")
    lines = [
        f"• {handed_name(each.account_id, each.account_name, reader)}: {status_line(each, reader, None)}"
        for each in found
        if each.state is not State.DONE
    ]
    for page in pages(lines[:SHOWN]):
        yield section(page, expand=True)
    if not handover.first_told:
        yield from handed_list(handover.accounts, reader, title="The accounts", most=LISTED * most_words // 12)


def _count(handover: Handover) -> str:
    return plural(len(handover.accounts), "account")


def _givers(handover: Handover, reader: Reader, *, numbers: bool = True) -> str:
    """`14 from Anna Berg, 6 from Bob Chan`, or the names alone."""
    shown = [
        f"{count} from {_giver(giver, reader)}" if numbers else _giver(giver, reader)
        for giver, count in handover.givers[:_GIVERS]
    ]
    left = sum(count for _, count in handover.givers[_GIVERS:])
    if left:
        shown.append(f"{left} from others" if numbers else "others")
    return ", ".join(shown) if numbers else joined(shown)


def _giver(person_id: str | None, reader: Reader) -> str:
    name = reader.names.get(person_id or "")
    return reader.named(name, limit=60) if name else mrkdwn("someone who left", limit=60)

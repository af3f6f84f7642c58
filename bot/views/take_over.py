"""A handover in the brief: who gave how many accounts, the few that matter most, the others in a list, and one button for all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bot.views import words
from bot.views.action_ids import UNDO
from bot.views.approve_batch import Batch
from bot.views.blocks import (
    Block,
    View,
    actions,
    button,
    context,
    input_block,
    modal,
    section,
    section_with,
)
from bot.views.buttons import value_of
from bot.views.handed import LISTED, OPTIONS, accounts_menu, handed_line, handed_list, handed_name
from bot.views.reader import Reader
from bot.views.space import pages
from bot.views.status import in_force, may_be_undone, status_line, undo_of
from bot.views.text import link, mrkdwn
from store.domain.brief.brief import Brief
from store.domain.brief.handover import SHOWN, Handover
from store.domain.crm.accounts import Kind
from store.domain.gate.proposals import Proposal, State
from store.domain.text.wording import joined, plural

TAKE_OVER, CHOOSE_MODAL, TAKE_OVER_MODAL = "take_over", "take_over_choose", "take_over_modal"
CHOSEN = "introductions"  # the block of the modal in which accounts are chosen
_GIVERS = 3
_NAME_WORDS = 4


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
    why = "Taking over tells me that you know, and makes the introduction tasks you choose."
    return [
        section(said),
        section("\n".join(handed_line(each, reader, most_words) for each in handover.accounts[:SHOWN]), expand=True),
        actions(block_id, press),
        *([context(why)] if most_words else []),
        *handed_list(handover.accounts[SHOWN:], reader, title="The others", most=LISTED * most_words // 12),
    ]


def choose_modal(handover: Handover, *, private_metadata: str) -> View:
    """Ask which of the accounts get a task to introduce oneself: at first the few that matter most."""
    menu = accounts_menu(handover.accounts, action_id=CHOSEN, chosen=SHOWN, placeholder="No introduction tasks")
    left = len(handover.accounts) - OPTIONS
    return modal(
        "Take over",
        [
            section(
                f"{'They are' if len(handover.accounts) > 1 else 'It is'} yours in Zoho already. Taking over tells me that "
                "you know, and makes an introduction task where you want one. You see each task before it is written."
            ),
            input_block(CHOSEN, "Introduction tasks for", menu, optional=True),
            *([context(f"{left:,} more are taken over without one.")] if left > 0 else []),
        ],
        callback_id=CHOOSE_MODAL,
        private_metadata=private_metadata,
        submit="Next",
    )


def tasks_modal(count: int, tasks: Batch, *, private_metadata: str) -> View:
    """Show each task in full, and ask once for all."""
    proposals = tasks.proposals
    made = plural(len(proposals), "introduction task") if proposals else "no introduction task"
    said = [f"Take over {plural(count, 'account')} with {made}?"]
    if tasks.too_long:
        said.append(f"{plural(tasks.too_long, 'introduction task')} had no room here.")
    return modal(
        "Take over",
        [
            section(" ".join(said)),
            *(section(page) for page in pages(["*Each of them*", *tasks.shared] if tasks.shared else [])),
            *(block for _, blocks in tasks.shown for block in blocks),
            *(
                [context("Take over writes exactly this to Zoho. Each task can be undone for 15 minutes.")]
                if proposals
                else []
            ),
        ],
        callback_id=TAKE_OVER_MODAL,
        private_metadata=private_metadata,
        submit="Take over",
    )


def _taken(
    brief: Brief, handover: Handover, proposals: Mapping[str, Proposal], reader: Reader, most_words: int
) -> Iterator[Block]:
    """What became of it: the first introduction tasks have a line each, with Undo as long as it counts, and the other written ones
    a link."""
    found = [each for id in handover.introductions if (each := in_force(id, proposals))]
    made = sum(each.state is State.DONE for each in found)
    who = "You" if handover.taken_by == (brief.reader_id or brief.owner_id) else reader.name(handover.taken_by)
    tasks = f" · {made} of {plural(len(found), 'introduction task')} written" if found else ""
    yield section(f"✅ {who} took over {_count(handover).lower()}{tasks}.")
    found.sort(key=lambda each: each.state is State.DONE)
    for each in found[:SHOWN]:
        yield _introduction(each, proposals, reader)
    links = [_task_link(each, reader) for each in found[SHOWN:] if each.state is State.DONE]
    for page in pages([f"Also written: {', '.join(links)}"] if links else []):
        yield section(page, expand=True)
    if not handover.first_told:
        yield from handed_list(handover.accounts, reader, title="The accounts", most=LISTED * most_words // 12)


def _introduction(each: Proposal, proposals: Mapping[str, Proposal], reader: Reader) -> Block:
    undo = undo_of(each, proposals)
    said = f"• {handed_name(each.account_id, each.account_name, reader)}: {status_line(each, reader, undo)}"
    if not may_be_undone(each, reader, undo):
        return section(said)
    value = value_of(each)
    return section_with(said, f"introduction:{value}", button("Undo", action_id=UNDO, value=value))


def _task_link(each: Proposal, reader: Reader) -> str:
    """The account's name, linked to its introduction task."""
    name = reader.named(words.short_name(each.account_name, _NAME_WORDS, limit=50), limit=50)
    return link(reader.links.record(Kind.ACTIVITY, each.crm_id or ""), name)


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

"""A handover in the brief: who gave how many accounts, the few that matter most, the others in a list, and one button for all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from bot.views import words
from bot.views.blocks import (
    VIEW_BLOCKS,
    Block,
    View,
    button,
    container,
    context,
    input_block,
    modal,
    option,
    plain_text,
    section,
    section_with,
)
from bot.views.card import DOTS
from bot.views.reader import Reader
from bot.views.space import pages
from bot.views.status import in_force, status_line
from bot.views.text import link, mrkdwn, plain
from bot.views.write import in_full
from store.domain.brief.brief import Brief
from store.domain.brief.handover import SHOWN, Handed, Handover
from store.domain.crm.accounts import Kind
from store.domain.gate.proposals import Proposal, State
from store.domain.text.wording import joined, money, plural

TAKE_OVER, CHOOSE_MODAL, TAKE_OVER_MODAL = "take_over", "take_over_choose", "take_over_modal"
CHOSEN = "introductions"  # the block of the modal in which accounts are chosen
LARGEST = 40  # introductions at one press
_OPTIONS = 100  # of a menu, by Slack's limit
_LISTED = 30  # names in the collapsed list, if the words for a statement allow as many
_PENDING_WORDS, _NAME_WORDS = 6, 4
_GIVERS = 3


def handover_blocks(
    brief: Brief, proposals: Mapping[str, Proposal], reader: Reader, *, most_words: int = 12
) -> list[Block]:
    """The handover that a brief tells of, if any. `most_words` are those of a statement; with less, less else is said too."""
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
        section("\n".join(_line(each, reader, most_words) for each in handover.accounts[:SHOWN])),
        *_others(handover.accounts[SHOWN:], reader, most=_LISTED * most_words // 12),
    ]


def choose_modal(handover: Handover, *, private_metadata: str) -> View:
    """Ask which of the accounts get a task to introduce oneself: at first the few that matter most."""
    options = [option(each.account_id, plain(each.account_name, limit=70)) for each in handover.accounts[:_OPTIONS]]
    menu: Block = {
        "type": "multi_static_select",
        "action_id": CHOSEN,
        "placeholder": plain_text("No introductions"),
        "options": options,
        "initial_options": options[:SHOWN],
        "max_selected_items": LARGEST,
    }
    left = len(handover.accounts) - len(options)
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


def tasks_modal(count: int, proposals: Sequence[Proposal], reader: Reader, *, private_metadata: str) -> View:
    """Show each chosen task in full, and ask once for all."""
    blocks = [
        block
        for number, each in enumerate(proposals, start=1)
        for block in in_full(each, reader, title=f"*{number}. {reader.named(each.account_name, limit=60)}*")
    ]
    tasks = plural(len(proposals), "task") if proposals else "no task"
    return modal(
        "Take over",
        [
            section(f"Take over {plural(count, 'account')} with {tasks}?"),
            *blocks[: VIEW_BLOCKS - 2],
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
        f"• {_named(each.account_id, each.account_name, reader)}: {status_line(each, reader, None)}"
        for each in found
        if each.state is not State.DONE
    ]
    for page in pages(lines[:SHOWN]):
        yield section(page)
    if not handover.first_told:
        yield from _others(handover.accounts, reader, most=_LISTED * most_words // 12, title="The accounts")


def _others(accounts: Sequence[Handed], reader: Reader, *, most: int, title: str = "The others") -> Iterator[Block]:
    if accounts and not most:
        yield context(f"{title}: {len(accounts):,}, in Zoho.")
    elif accounts:
        names = ", ".join(_named(each.account_id, each.account_name, reader) for each in accounts[:most])
        left = f" and {len(accounts) - most:,} more" if len(accounts) > most else ""
        sections = (section(page, expand=True) for page in pages([names + left]))
        yield container("handed", f"{title} ({len(accounts):,})", *sections, collapsed=True)


def _line(each: Handed, reader: Reader, most_words: int) -> str:
    worth = f" · {reader.money(each.amount)}" if each.amount > 0 else ""
    dot = f"{DOTS[each.risk]} " if each.risk else "• "
    statement = each.statement.replace(f" ({money(each.amount, reader.currency)})", "")
    said = f": {reader.text(words.first_words(statement, most_words), limit=110)}" if statement and most_words else ""
    pending = reader.text(words.first_words(each.pending, _PENDING_WORDS), limit=70) if each.pending else ""
    left = f" _Left open: {pending}_" if pending and most_words > _PENDING_WORDS else ""
    return f"{dot}{_named(each.account_id, each.account_name, reader)}{worth}{said}{left}"


def _named(account_id: str, name: str, reader: Reader) -> str:
    shown = reader.named(words.first_words(name, _NAME_WORDS), limit=50)
    return link(reader.links.record(Kind.ACCOUNT, account_id), shown)


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

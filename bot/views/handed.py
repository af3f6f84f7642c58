"""Accounts that change hands: a line for each that matters, and the others by name in a list."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.views import words
from bot.views.account import listed_account
from bot.views.blocks import Block, container, context, option, section
from bot.views.card import DOTS
from bot.views.reader import Reader
from bot.views.space import pages
from bot.views.text import named_plain, plain
from store.domain.brief.handover import Handed
from store.domain.gate.approvals import MOST_AT_ONCE
from store.domain.text.wording import some_of

LISTED = 30  # names in the collapsed list
OPTIONS = 100  # of a menu, by Slack's limit
_PENDING_WORDS, _NAME_WORDS = 6, 4


def handed_line(each: Handed, reader: Reader, most_words: int = 12) -> str:
    """`🔴 Acme · $9,000: Nothing logged for 71 days`, with what the former owner left open if the words allow it."""
    worth = f" · {money}" if (money := reader.open_money(each)) else ""
    dot = f"{DOTS[each.risk]} " if each.risk else "• "
    statement = reader.without_money(each.statement, each)
    said = f": {reader.text(words.to_the_point(statement, most_words), limit=110)}" if statement and most_words else ""
    pending = reader.text(words.first_words(each.pending, _PENDING_WORDS), limit=70) if each.pending else ""
    left = f" _Left open: {pending}_" if pending and most_words > _PENDING_WORDS else ""
    return f"{dot}{handed_name(each.account_id, each.account_name, reader)}{worth}{said}{left}"


def handed_list(accounts: Sequence[Handed], reader: Reader, *, title: str, most: int = LISTED) -> Iterator[Block]:
    """The accounts by name, `most` of them, in a collapsed list."""
    if accounts and not most:
        yield context(f"{title}: {len(accounts):,}, in Zoho.")
    elif accounts:
        names = [handed_name(each.account_id, each.account_name, reader) for each in accounts[:most]]
        sections = (section(page, expand=True) for page in pages([some_of(names, len(accounts))]))
        yield container("handed", f"{title} ({len(accounts):,})", *sections, collapsed=True)


def handed_name(account_id: str, name: str, reader: Reader) -> str:
    return listed_account(account_id, name, reader, most_words=_NAME_WORDS)


def accounts_menu(accounts: Sequence[Handed], *, action_id: str, chosen: int, placeholder: str) -> Block:
    """A menu of the accounts, of which the first are chosen: each with its risk and its problem."""
    options = [_offered(each) for each in accounts[:OPTIONS]]
    return {
        "type": "multi_static_select",
        "action_id": action_id,
        "placeholder": {"type": "plain_text", "text": placeholder, "emoji": False},
        "options": options,
        "initial_options": options[:chosen],
        "max_selected_items": MOST_AT_ONCE,
    }


def _offered(each: Handed) -> Block:
    dot = f"{DOTS[each.risk]} " if each.risk else ""
    told = plain(words.to_the_point(each.statement, 10), limit=70) if each.statement else ""
    return option(each.account_id, f"{dot}{named_plain(each.account_name, limit=60)}", told)

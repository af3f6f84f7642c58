"""An account's name in a message: in bold at the head of a card or a line, or plain in a list; a link to its page either way."""

from __future__ import annotations

from bot.views import words
from bot.views.reader import Reader
from bot.views.text import link
from store.domain.crm.accounts import Kind

NAME_WORDS = 6


def bold_account(account_id: str, name: str, reader: Reader) -> str:
    shown = reader.named(words.short_name(name, NAME_WORDS), limit=60)
    return link(reader.links.record(Kind.ACCOUNT, account_id), f"*{shown}*")


def listed_account(account_id: str, name: str, reader: Reader, *, most_words: int = NAME_WORDS) -> str:
    shown = reader.named(words.short_name(name, most_words, limit=50), limit=50)
    return link(reader.links.record(Kind.ACCOUNT, account_id), shown)

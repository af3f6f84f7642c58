"""Ask which account was meant when a name fits several."""

from __future__ import annotations

from collections.abc import Sequence

from bot.views.blocks import Block, actions, section, select
from bot.views.text import mrkdwn, named_plain, plain

CHOOSE_ACCOUNT = "choose_account"


def choice_blocks(asked: str, choices: Sequence[tuple[str, str]]) -> list[Block]:
    """`choices` are (account id, account name) pairs, best match first; the menu offers the first hundred."""
    return [
        section(f"Several accounts match “{mrkdwn(asked, limit=100)}”. Which one do you mean?"),
        *choice_menu(choices, placeholder="Choose an account"),
    ]


def choice_menu(choices: Sequence[tuple[str, str]], *, placeholder: str = "Review one now") -> list[Block]:
    """A menu that reviews the chosen account; nothing without a choice."""
    options = [(plain(account_id, limit=150), named_plain(name, limit=70)) for account_id, name in choices]
    return [actions("choices", select(options, action_id=CHOOSE_ACCOUNT, placeholder=placeholder))] if options else []

"""The answer to `/review-account`: the account's card as in a brief, and why other signals did not fire."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from bot.views.blocks import Block, Part, context, header, section
from bot.views.brief import footer, news_blocks, problem_blocks
from bot.views.card import card_blocks, details_part
from bot.views.reader import Reader
from bot.views.space import fitting
from bot.views.text import fit, mrkdwn, named_plain
from store.domain.brief.brief import Brief
from store.domain.gate.proposals import Proposal

_FOR_THE_CARD = 4_000


def review_messages(brief: Brief, proposals: Mapping[str, Proposal], *, reader: Reader) -> list[Part]:
    """The main message and thread of a one-account brief."""
    name = _account(brief)
    blocks = [header(f"Review: {named_plain(name, limit=100)}"), *problem_blocks(brief)]
    for card in brief.cards[:1]:
        blocks.extend(fitting(partial(card_blocks, card, proposals), reader, budget=_FOR_THE_CARD))
    if not brief.cards:
        blocks.append(section("Nothing here needs you today."))
    blocks.extend([*news_blocks(brief, reader), *_why_not(brief), context(footer(brief, reader))])
    main = Part(name="review", text=f"Review of {mrkdwn(name, limit=100)}", blocks=blocks)
    return [main, *(details_part(card, proposals, reader) for card in brief.cards[:1])]


def _account(brief: Brief) -> str:
    named = [
        brief.account_name,
        *(card.account_name for card in brief.cards),
        *(news.account_name for news in brief.news),
    ]
    return next(filter(None, named), "your account")


def _why_not(brief: Brief) -> list[Block]:
    lines = fit([f"• {mrkdwn(each, limit=180)}" for each in brief.why_not], limit=2_600)
    return [section("\n".join(("*Checked, no problem found*", *lines)))] if lines else []

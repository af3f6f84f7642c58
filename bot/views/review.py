"""The answer to `/review-account`: the account's card with all its advice, and in a collapsed group why other signals did not
fire."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from bot.views.blocks import Block, Part, container, context, header, section
from bot.views.brief import footer, problem_blocks
from bot.views.card import card_blocks
from bot.views.collapsed import news_blocks
from bot.views.reader import Reader
from bot.views.space import fitting
from bot.views.text import fit, mrkdwn, named_plain
from bot.views.wording import in_words
from store.domain.brief.brief import Brief
from store.domain.gate.proposals import Proposal

_FOR_THE_CARD = 5_000
_ADVICE = 10  # recommendations; an account has a few


def review_messages(brief: Brief, proposals: Mapping[str, Proposal], *, reader: Reader) -> list[Part]:
    """The message of a one-account brief."""
    blocks = [header(f"Review: {named_plain(_account(brief), limit=100)}"), *problem_blocks(brief)]
    blocks.extend(fitting(partial(_advice, brief, proposals), reader, budget=_FOR_THE_CARD))
    if not brief.cards:
        blocks.append(section("Nothing here needs you today."))
    blocks.extend([*news_blocks(brief, reader), *_why_not(brief), context(footer(brief, reader))])
    return [Part(name="review", text=in_words(blocks), blocks=blocks)]


def _advice(brief: Brief, proposals: Mapping[str, Proposal], reader: Reader) -> list[Block]:
    return [
        block
        for card in brief.cards[:1]
        for position in range(min(max(1, len(card.recommendations)), _ADVICE))
        for block in card_blocks(card, proposals, reader, brief_id=brief.id, position=position)
    ]


def _account(brief: Brief) -> str:
    named = [
        brief.account_name,
        *(card.account_name for card in brief.cards),
        *(news.account_name for news in brief.news),
    ]
    return next(filter(None, named), "your account")


def _why_not(brief: Brief) -> list[Block]:
    lines = fit([f"• {mrkdwn(each, limit=180)}" for each in brief.why_not], limit=2_600)
    title = f"Checked, no problem found ({len(brief.why_not)})"
    return [container("why_not", title, section("\n".join(lines), expand=True), collapsed=True)] if lines else []

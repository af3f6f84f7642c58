"""The answer to `/review-account`: the account's card with all its advice, or its state if it has no problem, and the latest
decisions, each with its way back."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from bot.views.blocks import Block, Part, context, header, section
from bot.views.brief import footer, problem_blocks
from bot.views.card import card_blocks, proposal_blocks
from bot.views.collapsed import news_blocks
from bot.views.reader import Reader
from bot.views.space import fitting
from bot.views.status import in_force
from bot.views.text import fit, mrkdwn, named_plain
from bot.views.wording import in_words
from store.domain.brief.brief import Brief
from store.domain.gate.proposals import Proposal

_FOR_THE_CARD = 5_000
_ADVICE = 10  # recommendations; an account has a few
_DECIDED = 3


def review_messages(brief: Brief, proposals: Mapping[str, Proposal], *, reader: Reader) -> list[Part]:
    """The message of a one-account brief."""
    blocks = [header(f"Review: {named_plain(_account(brief), limit=100)}"), *problem_blocks(brief, reader)]
    blocks.extend(fitting(partial(_advice, brief, proposals), reader, budget=_FOR_THE_CARD))
    if not brief.cards:
        blocks.append(section(_calm(brief)))
    blocks.extend(_decided(brief, proposals, reader))
    blocks.extend([*news_blocks(brief, reader), context(footer(brief, reader))])
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


def _calm(brief: Brief) -> str:
    """That there is no problem, and a summary of the account."""
    lines = [f"• {mrkdwn(each, limit=300)}" for each in brief.overview]
    said = "I noticed nothing, but not everything could be read." if brief.unread else "Nothing here needs you today."
    return "\n".join([said, *fit(lines, limit=2_400)])


def _decided(brief: Brief, proposals: Mapping[str, Proposal], reader: Reader) -> list[Block]:
    """A line each with its button; once it is brought back, the decision in full."""
    on_the_card = {each for card in brief.cards for each in card.proposal_ids}
    ids = [each for each in brief.decided[:_DECIDED] if each not in on_the_card]
    found = [newest for each in ids if (newest := in_force(each, proposals))]
    return [block for each in found for block in proposal_blocks(each, reader, among=proposals)]

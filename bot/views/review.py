"""The answer to `/review-account`: the account's card as in a brief, and why it was not flagged for the rest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.views.blocks import Part, context, header, section
from bot.views.card import card_blocks, details_part
from bot.views.reader import Reader
from bot.views.text import fit, mrkdwn, plain
from store.domain.brief import Card
from store.domain.proposals import Proposal


def review_messages(
    card: Card,
    proposals: Mapping[str, Proposal],
    *,
    reader: Reader,
    explanations: Sequence[str] = (),
    problems: Sequence[str] = (),
    data_as_of: datetime | None = None,
) -> list[Part]:
    """The main message and its thread. `explanations` say, one sentence each, why something was not flagged."""
    blocks = [header(f"Review: {plain(card.account_name, limit=100)}")]
    if problems:
        blocks.append(context("\n".join(fit([f"⚠️ {mrkdwn(each, limit=150)}" for each in problems], limit=500))))
    if card.statements:
        blocks.extend(card_blocks(card, proposals, reader))
    else:
        blocks.append(section("Nothing about this account calls for you today."))
    if explanations:
        lines = fit([f"• {mrkdwn(each, limit=180)}" for each in explanations], limit=2_600)
        blocks.append(section("\n".join(("*Looked at and not flagged*", *lines))))
    as_of = f"as of {reader.moment(data_as_of)}" if data_as_of else "of unknown age"
    blocks.append(
        context(f"Prepared automatically from CRM data {as_of}. Nothing is written to Zoho unless you press Approve.")
    )
    main = Part(name="review", text=f"Review of {mrkdwn(card.account_name, limit=100)}", blocks=blocks)
    return [main, details_part(card, proposals, reader)] if card.statements else [main]

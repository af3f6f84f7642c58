"""Every card of a brief asks for a decision: an account whose advice was dropped while the brief was made is only named."""

from __future__ import annotations

from dataclasses import replace

from store.domain.attention.ledger import Ledger, Place, Reason
from store.domain.brief.brief import Brief, Card, Listed


def with_points(brief: Brief, ledger: Ledger) -> tuple[Brief, Ledger]:
    """Return the brief and its ledger with the accounts that have nothing to decide among the listed ones."""
    pointless = {card.account_id: card for card in brief.cards if not card.recommendations}
    if not pointless:
        return brief, ledger
    entries = tuple(
        replace(each, place=Place.NAMED, reason=Reason.NO_ADVICE, asked_on=None, unanswered=0)
        if each.account_id in pointless
        else each
        for each in ledger.entries
    )
    cards = tuple(card for card in brief.cards if card.account_id not in pointless)
    listed = (*map(_listed, pointless.values()), *brief.listed)
    return replace(brief, cards=cards, listed=listed), replace(ledger, entries=entries)


def _listed(card: Card) -> Listed:
    return Listed(
        account_id=card.account_id,
        account_name=card.account_name,
        risk=card.risk,
        amount=card.amount,
        open_money=card.open_money,
        statement=card.statements[0].text if card.statements else "",
        reason=Reason.NO_ADVICE,
    )

"""The accounts that came to an owner together since their last brief, or one line of those that came just before it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from agents.flows.accounts.review import Material
from store.database import Tx
from store.domain.attention.ledger import Entry
from store.domain.attention.policy import AttentionPolicy
from store.domain.brief.account_review import AccountReview
from store.domain.brief.handover import Handed, Handover, by_value
from store.domain.brief.ranking import valued
from store.domain.signals.moves import Move

LEFT_OPEN = timedelta(days=14)  # how long ago the former owner may have been asked


async def handover_of(
    tx: Tx,
    material: Material,
    reviews: Sequence[AccountReview],
    *,
    news_since: datetime,
    today: date,
    now: datetime,
    policy: AttentionPolicy,
) -> Handover | None:
    """The handover in today's brief: the accounts that came since the last brief, else one line about the last handover, unless the
    owner took it over."""
    fresh = {id: move for id, move in material.handed.items() if move.change.seen_at >= news_since}
    if fresh:
        came = [review for review in reviews if review.facts.id in fresh]
        worth = valued(material.owner, came, today=today, policy=policy)
        left = await tx.proposals.undecided_elsewhere(material.owner.id, list(fresh), since=now - LEFT_OPEN)
        return Handover(accounts=by_value(_handed(each, fresh, worth, left) for each in came))
    for last in await tx.briefs.recent(material.owner.id, limit=1):
        told = last.handover
        if told is not None and told.first_told is None and told.taken_by is None:
            own = {facts.id for facts in material.book if not facts.partial}
            still = tuple(each for each in told.accounts if each.account_id in own)
            return replace(told, accounts=still, first_told=last.id) if still else None
    return None


def _handed(
    review: AccountReview, came: Mapping[str, Move], worth: Mapping[str, Entry], left: Mapping[str, Mapping[str, str]]
) -> Handed:
    account_id, entry = review.facts.id, worth.get(review.facts.id)
    open_elsewhere = left.get(account_id, {})
    pending = [open_elsewhere[each.key] for each in review.recommendations if each.key in open_elsewhere]
    return Handed(
        account_id=account_id,
        account_name=review.facts.name,
        from_id=came[account_id].before,
        amount=review.open_amount,
        open_money=review.open_money,
        worth=entry.worth.value if entry else 0.0,
        risk=entry.risk if entry else None,
        statement=entry.statement if entry else "",
        pending=pending[0] if pending else "",
    )

"""The weight and the risk of a signal.

A weight is in 0–1 and says how likely the problem is to cost the deal or the relation if no one acts; it is our judgement
of the trade, not a measurement, and only its order matters. Money at stake and a near close each bring it a quarter of the
way closer to 1. Risk: serious kinds are high if the money is big or the close is near, otherwise medium; mild kinds are
medium then, otherwise low; news is low.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from store.domain.crm.accounts import Deal
from store.domain.crm.money import comparable
from store.domain.signals.context import SignalContext
from store.domain.signals.kinds import NEWS, Risk, SignalKind

BASE: Mapping[SignalKind, float] = {
    SignalKind.SPONSOR_CHANGED: 0.60,
    SignalKind.STAGE_MOVED_BACK: 0.55,
    SignalKind.AMOUNT_DROPPED: 0.55,
    SignalKind.CLOSE_DATE_SLIPPED: 0.50,
    SignalKind.CLOSE_DATE_PASSED: 0.50,
    SignalKind.DEAL_STALLED: 0.45,
    SignalKind.NO_ACTIVITY: 0.45,
    SignalKind.SINGLE_THREADED: 0.30,
    SignalKind.NO_NEXT_STEP: 0.30,
    SignalKind.OWNER_CHANGED: 0.25,
    SignalKind.TASK_OVERDUE: 0.25,
    SignalKind.DEAL_LOST: 0.20,
    SignalKind.DEAL_REOPENED: 0.20,
    SignalKind.DEAL_WON: 0.20,
    SignalKind.NEW_DEAL: 0.10,
}
CLOSER = 0.25
MILD = frozenset(
    {SignalKind.SINGLE_THREADED, SignalKind.NO_NEXT_STEP, SignalKind.OWNER_CHANGED, SignalKind.TASK_OVERDUE}
)


def weight_of(kind: SignalKind, deals: Sequence[Deal], context: SignalContext) -> float:
    """Return the weight of a signal that puts these open deals at stake."""
    weight = BASE[kind]
    for worse in (is_big(deals, context), is_near(deals, context)):
        weight += (1 - weight) * CLOSER * worse
    return round(weight, 4)


def risk_of(kind: SignalKind, deals: Sequence[Deal], context: SignalContext) -> Risk:
    """Return the risk of a signal that puts these open deals at stake. Silence on an account without an open deal is low."""
    if kind in NEWS or (kind is SignalKind.NO_ACTIVITY and not deals):
        return Risk.LOW
    urgent = is_big(deals, context) or is_near(deals, context)
    if kind in MILD:
        return Risk.MEDIUM if urgent else Risk.LOW
    return Risk.HIGH if urgent else Risk.MEDIUM


def is_big(deals: Sequence[Deal], context: SignalContext) -> bool:
    return total(deals) >= context.policy.big_amount


def is_near(deals: Sequence[Deal], context: SignalContext) -> bool:
    """Whether one of them closes within the days that count as near. A date that has passed is not near."""
    latest = context.today + timedelta(days=context.policy.near_days)
    return any(deal.closing_date is not None and context.today <= deal.closing_date <= latest for deal in deals)


def total(deals: Sequence[Deal]) -> float:
    """The deals' money in the organisation's currency, by the records' rates: to compare and rank, never to show."""
    return sum(map(comparable, deals))

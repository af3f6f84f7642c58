"""Problems of an open deal: stalled, past its closing date, without a next step."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from store.domain.crm.accounts import AccountFacts, Activity, ActivityType, Deal
from store.domain.signals.context import SignalContext
from store.domain.signals.evidence import day_text, missing, standing
from store.domain.signals.findings import NO_OPEN_DEAL, by_won_deals, deal_signal, finding, start_of, won_deals
from store.domain.signals.kinds import Finding, Signal, SignalKind
from store.domain.signals.norms import Limit
from store.domain.text.wording import ago, one_line, plural, quoted

FORGOTTEN = timedelta(days=365)  # a closing date that passed longer ago is one that no one looks after


def deal_stalled(facts: AccountFacts, context: SignalContext) -> Finding:
    """An open deal has been in its stage for longer than most of the company's won deals, or for more than `stalled_days`."""
    kind = SignalKind.DEAL_STALLED
    open_deals = context.pipeline.open_deals(facts.deals)
    if not open_deals:
        return finding(kind, (), NO_OPEN_DEAL)
    stays = [stay for deal in open_deals if (stay := _stay_of(deal, context)) is not None]
    found = [_stalled(facts, stay, context) for stay in stays if stay.is_long]
    if not stays:
        one = len(open_deals) == 1
        have = "deal has been in its stage" if one else "deals have been in their stages"
        return finding(kind, found, f"Nothing proves since when the open {have}.")
    slowest = min(stays, key=lambda stay: (stay.since, stay.deal.id))
    stage, limit = one_line(slowest.deal.stage, limit=40), slowest.limit
    which = "open deal" if len(stays) == 1 else "slowest open deal"
    why_not = (
        f"The {which}, {quoted(slowest.deal.name)}, has been in {stage} for {slowest.days}; "
        f"stalled counts after {plural(limit.days, 'day')}{by_won_deals(limit)}."
    )
    return finding(kind, found, why_not)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stay:
    """A deal's time in its stage. If it is not `exact`, the deal entered the stage at `since` or before."""

    deal: Deal
    since: datetime
    exact: bool
    limit: Limit
    is_long: bool
    days: str
    anchor: str


def _stay_of(deal: Deal, context: SignalContext) -> _Stay | None:
    """None if nothing proves any time."""
    kept = context.stage_since.get(deal.id)
    since = context.norms.known_since(kept or deal.modified_at, deal)
    if since is None:
        return None
    exact = kept == since and deal.id not in context.at_least
    policy = context.policy
    limit = context.norms.stay_limit(deal, setting=policy.stalled_days, enough=policy.enough_won)
    return _Stay(
        deal=deal,
        since=since,
        exact=exact,
        limit=limit,
        is_long=context.now - since > timedelta(days=limit.days),
        days=f"{'' if exact else 'at least '}{plural(context.days_since(since), 'day')}",
        # Without a date of our own, every edit of the deal would look like a move.
        anchor=f"{deal.stage}@{kept.isoformat()}" if kept else deal.stage,
    )


def _stalled(facts: AccountFacts, stay: _Stay, context: SignalContext) -> Signal:
    stage, pace = one_line(stay.deal.stage, limit=40), stay.limit.pace
    says, value = f"has been in {stage} for {stay.days}", f"{stage} since {day_text(stay.since, context)}; {stay.days}"
    if pace is not None:
        says += f" (usually {pace.usual} on your {won_deals(stay.limit)})"
        value += f"; usually {pace.usual}; compared with {won_deals(stay.limit, pace.deals)} in this stage"
    return deal_signal(
        SignalKind.DEAL_STALLED,
        facts,
        stay.deal,
        says,
        since=stay.since + timedelta(days=stay.limit.days),
        evidence=standing(stay.deal, "stage", "Stage", value),
        context=context,
        anchor=stay.anchor,
    )


def close_date_passed(facts: AccountFacts, context: SignalContext) -> Finding:
    """An open deal's closing date is before today."""
    kind = SignalKind.CLOSE_DATE_PASSED
    open_deals = context.pipeline.open_deals(facts.deals)
    if not open_deals:
        return finding(kind, (), NO_OPEN_DEAL)
    found = []
    for deal in open_deals:
        if deal.closing_date is not None and deal.closing_date < context.today:
            found.append(_passed(facts, deal, deal.closing_date, context))
    dates = [deal.closing_date for deal in open_deals if deal.closing_date is not None]
    if not dates:
        return finding(kind, found, "No open deal has a closing date.")
    return finding(kind, found, f"No closing date has passed; the nearest is {day_text(min(dates), context)}.")


def _passed(facts: AccountFacts, deal: Deal, closing: date, context: SignalContext) -> Signal:
    day, late = day_text(closing, context), context.today - closing
    # After years, counting the days would only pretend to know what the date means.
    says, value = f"was due to close on {day}", f"{day}, {ago(late.days)}"
    if late > FORGOTTEN:
        says, value = f"still has the closing date {day}", day
    return deal_signal(
        SignalKind.CLOSE_DATE_PASSED,
        facts,
        deal,
        says,
        since=start_of(closing + timedelta(days=1)),
        evidence=standing(deal, "closing_date", "Closing date", value),
        context=context,
        anchor=closing.isoformat(),
    )


def no_next_step(facts: AccountFacts, context: SignalContext) -> Finding:
    """An open deal older than `settle_days` names no next step, and nothing is planned on it or on its account."""
    kind, settle = SignalKind.NO_NEXT_STEP, timedelta(days=context.policy.settle_days)
    open_deals = context.pipeline.open_deals(facts.deals)
    if not open_deals:
        return finding(kind, (), NO_OPEN_DEAL)
    planned = [activity for activity in facts.activities if _lies_ahead(activity, context)]
    found = []
    for deal in open_deals:
        settled = context.now - deal.created_at > settle
        if settled and not _names_a_step(deal) and not any(_serves(activity, deal, facts) for activity in planned):
            found.append(_without_step(facts, deal, deal.created_at + settle, context))
    each = "The open deal" if len(open_deals) == 1 else f"Each of the {len(open_deals):,} open deals"
    why_not = f"{each} names a next step, has something planned or is newer than {plural(settle.days, 'day')}."
    return finding(kind, found, why_not)


def _without_step(facts: AccountFacts, deal: Deal, since: datetime, context: SignalContext) -> Signal:
    """It rests on the last thing that was planned or done on the deal: after another one, it is new."""
    serving = [activity for activity in facts.activities if _serves(activity, deal, facts)]
    last = max(serving, key=lambda each: (each.done_at or each.at or each.created_at, each.id), default=None)
    return deal_signal(
        SignalKind.NO_NEXT_STEP,
        facts,
        deal,
        "has no next step",
        since=since,
        evidence=missing(deal, "next_step", "Next step", "empty, and nothing is planned", context=context),
        context=context,
        anchor=f"after {last.id}" if last else "none",
    )


def _names_a_step(deal: Deal) -> bool:
    return bool(deal.next_step and deal.next_step.strip())


def _lies_ahead(activity: Activity, context: SignalContext) -> bool:
    """An open task due today or later (its date is kept as midnight UTC), or a call or meeting still to come."""
    if activity.done or activity.at is None:
        return False
    return activity.at.date() >= context.today if activity.type is ActivityType.TASK else activity.at >= context.now


def _serves(activity: Activity, deal: Deal, facts: AccountFacts) -> bool:
    if activity.deal_id is not None:
        return activity.deal_id == deal.id
    return facts.account is not None and activity.account_id == facts.account.id

"""Problems of an open deal: stalled, past its closing date, without a next step."""

from __future__ import annotations

from datetime import datetime, timedelta

from store.domain.crm.accounts import AccountFacts, Activity, ActivityType, Deal
from store.domain.signals.context import SignalContext
from store.domain.signals.evidence import day_text, missing, standing
from store.domain.signals.findings import NO_OPEN_DEAL, deal_signal, finding, start_of
from store.domain.signals.kinds import Finding, SignalKind
from store.domain.text.wording import ago, one_line, plural, quoted


def deal_stalled(facts: AccountFacts, context: SignalContext) -> Finding:
    """An open deal has been in its stage for more than `stalled_days`."""
    kind, limit = SignalKind.DEAL_STALLED, timedelta(days=context.policy.stalled_days)
    open_deals = context.pipeline.open_deals(facts.deals)
    if not open_deals:
        return finding(kind, (), NO_OPEN_DEAL)
    found = []
    for deal in open_deals:
        since = _in_stage_since(deal, context)
        if context.now - since > limit:
            stage, days = one_line(deal.stage, limit=40), plural(context.days_since(since), "day")
            evidence = standing(deal, "stage", "Stage", f"{stage} since {day_text(since, context)}, {days}")
            says = f"has been in {stage} for {days}"
            found.append(deal_signal(kind, facts, deal, says, since=since + limit, evidence=evidence, context=context))
    slowest = min(open_deals, key=lambda deal: (_in_stage_since(deal, context), deal.id))
    days = plural(context.days_since(_in_stage_since(slowest, context)), "day")
    why_not = (
        f"The slowest open deal, {quoted(slowest.name)}, has been in {one_line(slowest.stage, limit=40)} for {days}; "
        f"stalled counts after {plural(context.policy.stalled_days, 'day')}."
    )
    return finding(kind, found, why_not)


def close_date_passed(facts: AccountFacts, context: SignalContext) -> Finding:
    """An open deal's closing date is before today."""
    kind = SignalKind.CLOSE_DATE_PASSED
    open_deals = context.pipeline.open_deals(facts.deals)
    if not open_deals:
        return finding(kind, (), NO_OPEN_DEAL)
    found = []
    for deal in open_deals:
        if deal.closing_date is not None and deal.closing_date < context.today:
            day, late = day_text(deal.closing_date, context), ago((context.today - deal.closing_date).days)
            evidence = standing(deal, "closing_date", "Closing date", f"{day}, {late}")
            since = start_of(deal.closing_date + timedelta(days=1))
            says = f"was due to close {late} ({day})"
            found.append(deal_signal(kind, facts, deal, says, since=since, evidence=evidence, context=context))
    dates = [deal.closing_date for deal in open_deals if deal.closing_date is not None]
    if not dates:
        return finding(kind, found, "No open deal has a closing date.")
    return finding(kind, found, f"No closing date has passed; the nearest is {day_text(min(dates), context)}.")


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
            evidence = missing(deal, "next_step", "Next step", "empty, and nothing is planned", context=context)
            since = deal.created_at + settle
            says = "has neither a next step nor anything planned"
            found.append(deal_signal(kind, facts, deal, says, since=since, evidence=evidence, context=context))
    count = plural(len(open_deals), "open deal")
    why_not = (
        f"Every one of {count} names a next step, has something planned or is newer than {plural(settle.days, 'day')}."
    )
    return finding(kind, found, why_not)


def _in_stage_since(deal: Deal, context: SignalContext) -> datetime:
    return context.stage_since.get(deal.id, deal.modified_at)


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

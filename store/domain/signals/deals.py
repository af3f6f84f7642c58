"""Problems of an open deal: stalled, past its closing date, without a next step."""

from __future__ import annotations

from datetime import datetime, timedelta

from store.domain.crm.accounts import AccountFacts, Activity, ActivityType, Deal
from store.domain.signals.cite import day_text, missing, standing
from store.domain.signals.kinds import Finding, SignalKind
from store.domain.signals.look import Look
from store.domain.signals.saying import NO_OPEN_DEAL, deal_signal, finding, start_of
from store.domain.text.wording import ago, one_line, plural, quoted


def deal_stalled(facts: AccountFacts, look: Look) -> Finding:
    """An open deal has been in its stage for more than `stalled_days`."""
    kind, limit = SignalKind.DEAL_STALLED, timedelta(days=look.policy.stalled_days)
    open_deals = look.pipeline.open_deals(facts.deals)
    if not open_deals:
        return finding(kind, (), NO_OPEN_DEAL)
    found = []
    for deal in open_deals:
        since = _in_stage_since(deal, look)
        if look.now - since > limit:
            stage, days = one_line(deal.stage, limit=40), plural(look.days_since(since), "day")
            evidence = standing(deal, "stage", "Stage", f"{stage} since {day_text(since, look)}, {days}")
            says = f"has been in {stage} for {days}"
            found.append(deal_signal(kind, facts, deal, says, since=since + limit, evidence=evidence, look=look))
    slowest = min(open_deals, key=lambda deal: (_in_stage_since(deal, look), deal.id))
    days = plural(look.days_since(_in_stage_since(slowest, look)), "day")
    why_not = (
        f"The slowest open deal, {quoted(slowest.name)}, has been in {one_line(slowest.stage, limit=40)} for {days}; "
        f"stalled counts after {plural(look.policy.stalled_days, 'day')}."
    )
    return finding(kind, found, why_not)


def close_date_passed(facts: AccountFacts, look: Look) -> Finding:
    """An open deal's closing date is before today."""
    kind = SignalKind.CLOSE_DATE_PASSED
    open_deals = look.pipeline.open_deals(facts.deals)
    if not open_deals:
        return finding(kind, (), NO_OPEN_DEAL)
    found = []
    for deal in open_deals:
        if deal.closing_date is not None and deal.closing_date < look.today:
            day, late = day_text(deal.closing_date, look), ago((look.today - deal.closing_date).days)
            evidence = standing(deal, "closing_date", "Closing date", f"{day}, {late}")
            since = start_of(deal.closing_date + timedelta(days=1))
            says = f"was due to close {late} ({day})"
            found.append(deal_signal(kind, facts, deal, says, since=since, evidence=evidence, look=look))
    dates = [deal.closing_date for deal in open_deals if deal.closing_date is not None]
    if not dates:
        return finding(kind, found, "No open deal has a closing date.")
    return finding(kind, found, f"No closing date has passed; the nearest is {day_text(min(dates), look)}.")


def no_next_step(facts: AccountFacts, look: Look) -> Finding:
    """An open deal older than `settle_days` names no next step, and nothing is planned on it or on its account."""
    kind, settle = SignalKind.NO_NEXT_STEP, timedelta(days=look.policy.settle_days)
    open_deals = look.pipeline.open_deals(facts.deals)
    if not open_deals:
        return finding(kind, (), NO_OPEN_DEAL)
    planned = [activity for activity in facts.activities if _lies_ahead(activity, look)]
    found = []
    for deal in open_deals:
        settled = look.now - deal.created_at > settle
        if settled and not _names_a_step(deal) and not any(_serves(activity, deal, facts) for activity in planned):
            evidence = missing(deal, "next_step", "Next step", "empty, and nothing is planned", look=look)
            since = deal.created_at + settle
            says = "has neither a next step nor anything planned"
            found.append(deal_signal(kind, facts, deal, says, since=since, evidence=evidence, look=look))
    count = plural(len(open_deals), "open deal")
    why_not = (
        f"Every one of {count} names a next step, has something planned or is newer than {plural(settle.days, 'day')}."
    )
    return finding(kind, found, why_not)


def _in_stage_since(deal: Deal, look: Look) -> datetime:
    return look.stage_since.get(deal.id, deal.modified_at)


def _names_a_step(deal: Deal) -> bool:
    return bool(deal.next_step and deal.next_step.strip())


def _lies_ahead(activity: Activity, look: Look) -> bool:
    """An open task due today or later (its date is kept as midnight UTC), or a call or meeting still to come."""
    if activity.done or activity.at is None:
        return False
    return activity.at.date() >= look.today if activity.type is ActivityType.TASK else activity.at >= look.now


def _serves(activity: Activity, deal: Deal, facts: AccountFacts) -> bool:
    if activity.deal_id is not None:
        return activity.deal_id == deal.id
    return facts.account is not None and activity.account_id == facts.account.id

"""Every detector by its kind, and one function that runs them all over an account."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from store.domain.crm.accounts import AccountFacts
from store.domain.signals import deals, movements, news, people, silence, sponsors, tasks
from store.domain.signals.context import SignalContext
from store.domain.signals.kinds import Finding, SignalKind

Detector = Callable[[AccountFacts, SignalContext], Finding]

DETECTORS: Mapping[SignalKind, Detector] = {
    SignalKind.NO_ACTIVITY: silence.no_activity,
    SignalKind.DEAL_STALLED: deals.deal_stalled,
    SignalKind.CLOSE_DATE_PASSED: deals.close_date_passed,
    SignalKind.CLOSE_DATE_SLIPPED: movements.close_date_slipped,
    SignalKind.AMOUNT_DROPPED: movements.amount_dropped,
    SignalKind.STAGE_MOVED_BACK: movements.stage_moved_back,
    SignalKind.SPONSOR_CHANGED: sponsors.sponsor_changed,
    SignalKind.NO_NEXT_STEP: deals.no_next_step,
    SignalKind.TASK_OVERDUE: tasks.task_overdue,
    SignalKind.SINGLE_THREADED: people.single_threaded,
    SignalKind.OWNER_CHANGED: people.owner_changed,
    SignalKind.NEW_DEAL: news.new_deal,
    SignalKind.DEAL_WON: news.deal_won,
    SignalKind.DEAL_LOST: news.deal_lost,
}


def look_at(facts: AccountFacts, context: SignalContext) -> tuple[Finding, ...]:
    """Return every detector's finding on an account, in the order of the kinds; one that is switched off says so."""
    return tuple(
        DETECTORS[kind](facts, context)
        if kind in context.policy.enabled
        else Finding(kind, (), "This signal is switched off.")
        for kind in SignalKind
    )

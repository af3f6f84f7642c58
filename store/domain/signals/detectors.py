"""Every detector by its kind, and one function that runs them all over an account."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from store.domain.crm.accounts import AccountFacts
from store.domain.signals import deals, movements, news, people, silence, sponsors, tasks
from store.domain.signals.context import SignalContext
from store.domain.signals.judged import judged
from store.domain.signals.kinds import Finding, SignalKind
from store.domain.signals.use import is_unused, says_nothing

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
    SignalKind.DEAL_REOPENED: news.deal_reopened,
}


def look_at(facts: AccountFacts, context: SignalContext) -> tuple[Finding, ...]:
    """Return every detector's finding on an account, in the order of the kinds; one that is switched off, or that would say
    nothing in this CRM, says so."""
    return tuple(_found(kind, facts, context) for kind in SignalKind)


def _found(kind: SignalKind, facts: AccountFacts, context: SignalContext) -> Finding:
    if kind not in context.policy.enabled:
        return Finding(kind, (), "This signal is switched off.")
    if kind in context.switched_off:
        return Finding(kind, (), "An administrator switched this signal off for everyone.")
    if (use := context.norms.uses.get(kind)) is not None and is_unused(use, context.policy.unused_share):
        return Finding(kind, (), says_nothing(kind, use))
    return judged(kind, facts, lambda read: DETECTORS[kind](read, context))

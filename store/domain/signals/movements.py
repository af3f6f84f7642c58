"""Changes of an open deal in the wrong direction: a later close, less money, an earlier stage."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from store.domain.crm.accounts import AccountFacts, Deal
from store.domain.crm.changes import Change
from store.domain.signals.context import SignalContext
from store.domain.signals.evidence import day_text, moved, when
from store.domain.signals.findings import NO_OPEN_DEAL, deal_signal, finding
from store.domain.signals.kinds import Finding, Signal, SignalKind
from store.domain.signals.moves import Move, move_of, recent, reopening_of
from store.domain.text.wording import money, one_line, plural


def close_date_slipped(facts: AccountFacts, context: SignalContext) -> Finding:
    """An open deal's closing date moved back by `slip_days` or more."""
    days = plural(context.policy.slip_days, "day")
    return _movements(
        SignalKind.CLOSE_DATE_SLIPPED, "closing_date", f"No closing date moved {days} or more", facts, context
    )


def amount_dropped(facts: AccountFacts, context: SignalContext) -> Finding:
    """An open deal's amount fell by `drop_share` or more."""
    share = f"{context.policy.drop_share:.0%}"
    return _movements(
        SignalKind.AMOUNT_DROPPED, "amount", f"No open deal lost {share} or more of its amount", facts, context
    )


def stage_moved_back(facts: AccountFacts, context: SignalContext) -> Finding:
    """An open deal went back to an earlier stage of its pipeline."""
    return _movements(SignalKind.STAGE_MOVED_BACK, "stage", "No open deal went back a stage", facts, context)


def _movements(kind: SignalKind, field: str, why_not: str, facts: AccountFacts, context: SignalContext) -> Finding:
    open_deals = context.pipeline.open_deals(facts.deals)
    if not open_deals:
        return finding(kind, (), NO_OPEN_DEAL)
    changes = recent(context)
    found = []
    for deal in open_deals:
        move = move_of(deal, field, _of_open_deal(deal, changes, context))
        moved_signal = _READ[kind](facts, deal, move, context) if move else None
        if moved_signal:
            found.append(moved_signal)
    return finding(kind, found, f"{why_not} in the last {plural(context.policy.recent_days, 'day')}.")


def _of_open_deal(deal: Deal, changes: Sequence[Change], context: SignalContext) -> list[Change]:
    """The changes since the deal was last reopened. What closing and reopening did is no movement of an open deal, and
    neither is the first plan after that, which replaces the day of closing."""
    own = [each for each in changes if each.record_id == deal.id]
    reopening = reopening_of(deal, own, context.pipeline)
    if reopening is None:
        return own
    day = reopening.at.date().isoformat()
    return [
        each
        for each in own
        if each.at > reopening.at and not (each.field == "closing_date" and (each.before or "") <= day)
    ]


def _slipped(facts: AccountFacts, deal: Deal, move: Move, context: SignalContext) -> Signal | None:
    if move.before is None or deal.closing_date is None:
        return None
    before = date.fromisoformat(move.before)
    days = (deal.closing_date - before).days
    if days < context.policy.slip_days:
        return None
    old, new = day_text(before, context), day_text(deal.closing_date, context)
    value = f"{old} → {new}, {plural(days, 'day')} later"
    says = f"slipped {plural(days, 'day')} to {new}"
    return _said(SignalKind.CLOSE_DATE_SLIPPED, facts, deal, move, says, "Closing date", value, context)


def _dropped(facts: AccountFacts, deal: Deal, move: Move, context: SignalContext) -> Signal | None:
    if move.before is None or deal.amount is None or move_of(deal, "currency", recent(context)):
        return None  # amounts in two currencies don't compare
    before = float(move.before)
    # A hair's breadth below the share, so that a tenth stays a tenth in binary.
    if before <= 0 or before - deal.amount < context.policy.drop_share * before - 1e-6:
        return None
    share = f"{(before - deal.amount) / before:.0%}"
    old = money(before, context.currency.of(deal))
    value = f"{old} → {context.currency.worth(deal)}, {share} less"
    says = f"lost {share} (was {old})"
    return _said(SignalKind.AMOUNT_DROPPED, facts, deal, move, says, "Amount", value, context)


def _went_back(facts: AccountFacts, deal: Deal, move: Move, context: SignalContext) -> Signal | None:
    if move.before is None or not context.pipeline.is_open(move.before):
        return None
    if move_of(deal, "pipeline_name", recent(context)):
        return None
    before, after = context.pipeline.position(move.before), context.pipeline.position(deal.stage)
    if before is None or after is None or after >= before:
        return None
    old, new = one_line(move.before, limit=40), one_line(deal.stage, limit=40)
    says = f"went back from {old} to {new}"
    return _said(
        SignalKind.STAGE_MOVED_BACK,
        facts,
        deal,
        move,
        says,
        "Stage",
        f"{old} → {new} {when(move.change, context)}",
        context,
    )


def _said(
    kind: SignalKind,
    facts: AccountFacts,
    deal: Deal,
    move: Move,
    says: str,
    label: str,
    value: str,
    context: SignalContext,
) -> Signal:
    evidence = moved(deal, move.change, label, value)
    return deal_signal(
        kind, facts, deal, says, since=move.change.at, evidence=evidence, context=context, anchor=move.reached.id
    )


_READ = {
    SignalKind.CLOSE_DATE_SLIPPED: _slipped,
    SignalKind.AMOUNT_DROPPED: _dropped,
    SignalKind.STAGE_MOVED_BACK: _went_back,
}

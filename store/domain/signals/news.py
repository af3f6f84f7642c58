"""News since the reader's last brief: deals that are new, won, lost or opened again."""

from __future__ import annotations

from datetime import timedelta

from store.domain.crm.accounts import AccountFacts, Deal, Kind, StageOutcome
from store.domain.crm.changes import ChangeKind
from store.domain.signals.context import SignalContext
from store.domain.signals.evidence import day_text, moved, when
from store.domain.signals.findings import deal_signal, finding
from store.domain.signals.kinds import Finding, SignalKind
from store.domain.signals.moves import move_of, reopening_of, unread
from store.domain.text.wording import one_line


def new_deal(facts: AccountFacts, context: SignalContext) -> Finding:
    """A deal that was created since the last brief, in any stage."""
    kind = SignalKind.NEW_DEAL
    created = {
        change.record_id: change
        for change in unread(context)
        if change.kind is ChangeKind.CREATED and change.record_kind is Kind.DEAL
    }
    found = []
    for deal in facts.deals:
        if (change := created.get(deal.id)) is not None and _is_really_new(deal, context):
            says = _new_as(deal, context)
            evidence = moved(deal, change, "New deal", f"{says} on {day_text(change.at, context)}")
            found.append(
                deal_signal(
                    kind, facts, deal, says, since=change.at, evidence=evidence, context=context, anchor=change.id
                )
            )
    return finding(
        kind, found, f"No deal was created since the last brief, of {day_text(context.news_since, context)}."
    )


def _is_really_new(deal: Deal, context: SignalContext) -> bool:
    """A deal that came with an import, or that we only came to see now, existed before."""
    earliest = min(context.news_since, context.now - timedelta(days=context.policy.recent_days))
    return deal.created_at >= earliest and not context.norms.came_by_import(deal)


def deal_won(facts: AccountFacts, context: SignalContext) -> Finding:
    """An open deal was won since the last brief."""
    return _closed(SignalKind.DEAL_WON, StageOutcome.WON, facts, context)


def deal_lost(facts: AccountFacts, context: SignalContext) -> Finding:
    """An open deal was lost since the last brief."""
    return _closed(SignalKind.DEAL_LOST, StageOutcome.LOST, facts, context)


def deal_reopened(facts: AccountFacts, context: SignalContext) -> Finding:
    """A won or lost deal was opened again since the last brief, and is still open."""
    kind, changes = SignalKind.DEAL_REOPENED, unread(context)
    found = []
    for deal in facts.deals:
        change = reopening_of(deal, changes, context.pipeline)
        if change is not None:
            stages = f"{one_line(change.before or '', limit=40)} → {one_line(change.after or '', limit=40)}"
            says = f"was reopened {when(change, context)}"
            evidence = moved(deal, change, "Stage", f"{stages} {when(change, context)}")
            found.append(
                deal_signal(
                    kind, facts, deal, f"{says}: {stages}", since=change.at, evidence=evidence, context=context,
                    anchor=change.id,
                )
            )  # fmt: skip
    return finding(
        kind, found, f"No deal was reopened since the last brief, of {day_text(context.news_since, context)}."
    )


def _new_as(deal: Deal, context: SignalContext) -> str:
    outcome = context.pipeline.outcome(deal.stage)
    if outcome is StageOutcome.OPEN:
        return f"is new, in {one_line(deal.stage, limit=40)}"
    return f"is new and already {outcome}"


def _closed(kind: SignalKind, outcome: StageOutcome, facts: AccountFacts, context: SignalContext) -> Finding:
    changes = unread(context)
    found = []
    for deal in facts.deals:
        move = move_of(deal, "stage", changes) if context.pipeline.outcome(deal.stage) is outcome else None
        if move and move.before and context.pipeline.is_open(move.before):
            on = when(move.change, context)
            value = f"{one_line(move.before, limit=40)} → {one_line(deal.stage, limit=40)} {on}"
            evidence = moved(deal, move.change, "Stage", value)
            says = f"was {outcome} {on}"
            found.append(
                deal_signal(
                    kind,
                    facts,
                    deal,
                    says,
                    since=move.change.at,
                    evidence=evidence,
                    context=context,
                    anchor=move.change.id,
                )
            )
    return finding(
        kind, found, f"No deal was {outcome} since the last brief, of {day_text(context.news_since, context)}."
    )

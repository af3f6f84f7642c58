"""News since the reader's last brief: deals that are new, won or lost."""

from __future__ import annotations

from store.domain.crm.accounts import AccountFacts, Deal, Kind, StageOutcome
from store.domain.crm.changes import ChangeKind
from store.domain.signals.cite import day_text, moved
from store.domain.signals.kinds import Finding, SignalKind
from store.domain.signals.look import Look
from store.domain.signals.moves import move_of, unread
from store.domain.signals.saying import deal_signal, finding
from store.domain.text.wording import one_line


def new_deal(facts: AccountFacts, look: Look) -> Finding:
    """A deal that did not exist at the last brief, in any stage."""
    kind = SignalKind.NEW_DEAL
    created = {
        change.record_id: change
        for change in unread(look)
        if change.kind is ChangeKind.CREATED and change.record_kind is Kind.DEAL
    }
    found = []
    for deal in facts.deals:
        if (change := created.get(deal.id)) is not None:
            says = _new_as(deal, look)
            evidence = moved(deal, change, "New deal", f"{says} on {day_text(change.at, look)}")
            found.append(deal_signal(kind, facts, deal, says, since=change.at, evidence=evidence, look=look))
    return finding(kind, found, f"No deal was created since the last brief, of {day_text(look.news_since, look)}.")


def deal_won(facts: AccountFacts, look: Look) -> Finding:
    """An open deal was won since the last brief."""
    return _closed(SignalKind.DEAL_WON, StageOutcome.WON, facts, look)


def deal_lost(facts: AccountFacts, look: Look) -> Finding:
    """An open deal was lost since the last brief."""
    return _closed(SignalKind.DEAL_LOST, StageOutcome.LOST, facts, look)


def _new_as(deal: Deal, look: Look) -> str:
    outcome = look.pipeline.outcome(deal.stage)
    if outcome is StageOutcome.OPEN:
        return f"is new, in {one_line(deal.stage, limit=40)}"
    return f"is new and already {outcome}"


def _closed(kind: SignalKind, outcome: StageOutcome, facts: AccountFacts, look: Look) -> Finding:
    changes = unread(look)
    found = []
    for deal in facts.deals:
        move = move_of(deal, "stage", changes) if look.pipeline.outcome(deal.stage) is outcome else None
        if move and move.before and look.pipeline.is_open(move.before):
            day = day_text(move.change.at, look)
            value = f"{one_line(move.before, limit=40)} → {one_line(deal.stage, limit=40)} on {day}"
            evidence = moved(deal, move.change, "Stage", value)
            says = f"was {outcome} on {day}"
            found.append(deal_signal(kind, facts, deal, says, since=move.change.at, evidence=evidence, look=look))
    return finding(kind, found, f"No deal was {outcome} since the last brief, of {day_text(look.news_since, look)}.")

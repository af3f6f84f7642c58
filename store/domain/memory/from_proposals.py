"""Passages about our advice, and people's decisions on it."""

from __future__ import annotations

from collections.abc import Mapping

from store.domain.crm.accounts import Kind
from store.domain.gate.proposals import OPEN, Proposal, State
from store.domain.memory.outcomes import Outcome
from store.domain.memory.passage import MemoryKind, Names, Passage, pieces
from store.domain.memory.pieces import safe
from store.domain.text.wording import day_and_year, one_line, quoted

OURSELVES = "sergas"
_TITLE_LIMIT = 120
_REASON_LIMIT = 300

# The result of a decision, as far as the gate knows.
_THEN: Mapping[State, str] = {
    State.READY: "It is being written to the CRM.",
    State.SENDING: "It is being written to the CRM.",
    State.UNKNOWN: "Whether it was written to the CRM is being checked.",
    State.DONE: "It was written to the CRM.",
    State.DEAD: "It was not written to the CRM.",
    State.UNDONE: "It was written to the CRM, then undone.",
}
_NO_DECISION = OPEN | {State.SUPERSEDED, State.RETRACTED}


def of_proposal(proposal: Proposal, names: Names) -> tuple[Passage, ...]:
    """Return the advice, followed by the decision if there is one. None for a version that was superseded or retracted without a
    decision, and none for a proposal that only undoes a write."""
    if proposal.undoes is not None or proposal.state in (State.SUPERSEDED, State.RETRACTED):
        return ()
    return (*_recommendation(proposal), *_decision(proposal, names))


def _recommendation(proposal: Proposal) -> tuple[Passage, ...]:
    advice = proposal.recommendation
    signals = ", ".join(signal.label.lower() for signal in advice.signals)
    because = f" It answered: {signals}." if signals else ""
    day, proposed = day_and_year(proposal.created_at.date()), proposal.write.in_words(_line, {})
    return pieces(
        MemoryKind.RECOMMENDATION,
        proposal.id,
        f"We recommended on {day}: {_title(proposal)}. {safe(advice.rationale)}{because} Proposed: {proposed}.",
        account_id=proposal.account_id,
        title=f"Recommended: {_title(proposal)}",
        at=proposal.created_at,
        deal_id=deal_of(proposal),
        author=OURSELVES,
    )


def _decision(proposal: Proposal, names: Names) -> tuple[Passage, ...]:
    at = proposal.decided_at or (proposal.expires_at if proposal.state is State.EXPIRED else None)
    if at is None or proposal.state in _NO_DECISION:
        return ()
    who, day, what = names.person(proposal.decided_by), day_and_year(at.date()), _title(proposal)
    match proposal.state:
        case State.EXPIRED:
            said, who = f"Nobody decided in time on our advice: {what}. It expired on {day}.", OURSELVES
        case State.REJECTED:
            said = f"{who} rejected our advice on {day}: {what}.{_reason(proposal)}"
        case _:
            said = f"{who} approved our advice on {day}: {what}. {_THEN[proposal.state]}"
    return pieces(
        MemoryKind.DECISION,
        proposal.id,
        said,
        account_id=proposal.account_id,
        title=f"{proposal.state.capitalize() if proposal.state in _SAID else 'Approved'}: {what}",
        at=at,
        deal_id=deal_of(proposal),
        author=who,
    )


_SAID = frozenset({State.EXPIRED, State.REJECTED})


def of_outcome(outcome: Outcome, proposal: Proposal) -> tuple[Passage, ...]:
    """Return the outcome of a written proposal, with its score."""
    what = _title(proposal)
    return pieces(
        MemoryKind.OUTCOME,
        proposal.id,
        f"The outcome of our advice “{what}”: {outcome.verdict} (score {outcome.score:g} of 1). {outcome.because}",
        account_id=proposal.account_id,
        title=f"Outcome: {outcome.verdict}: {what}",
        at=outcome.measured_at,
        deal_id=deal_of(proposal),
        author=OURSELVES,
    )


def deal_of(proposal: Proposal) -> str | None:
    """Return the deal that the write belongs to, or else the one its evidence is about."""
    write = proposal.write
    if write.parent_kind is Kind.DEAL:
        return write.parent_id
    return next((cited.record_id for cited in proposal.recommendation.evidence if cited.kind is Kind.DEAL), None)


def _title(proposal: Proposal) -> str:
    title, write = (
        one_line(safe(proposal.name, limit=4 * _TITLE_LIMIT), limit=_TITLE_LIMIT),
        proposal.write,
    )
    on = f" on {quoted(safe(write.parent_name, limit=300), limit=60)}" if write.parent_kind is Kind.DEAL else ""
    return f"{title.rstrip('.')}{on}"


def _reason(proposal: Proposal) -> str:
    reason = one_line(safe(proposal.reason or "", limit=4 * _REASON_LIMIT), limit=_REASON_LIMIT)
    return f" The reason given: {reason.rstrip('.')}." if reason else ""


def _line(text: str) -> str:
    return one_line(safe(text, limit=_REASON_LIMIT))

"""A proposal's status in one line: who decided, when, and the result."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from bot.views.reader import Reader
from bot.views.write import outcome, view_of
from store.domain.gate.proposals import Proposal, State
from store.domain.gate.undo_write import UNDO_WINDOW

_NOT_UNDOING = frozenset({State.PENDING, State.REJECTED, State.EXPIRED, State.SUPERSEDED, State.SNOOZED})


def is_open(proposal: Proposal, reader: Reader) -> bool:
    """Whether pressing Approve would still count."""
    return proposal.state is State.PENDING and reader.now < proposal.expires_at


def may_be_undone(proposal: Proposal, reader: Reader, undo: Proposal | None) -> bool:
    """Whether pressing Undo would still count: it was written recently, and no one is undoing it."""
    return (
        proposal.state is State.DONE
        and proposal.done_at is not None
        and reader.now < proposal.done_at + UNDO_WINDOW
        and proposal.write.undo_refusal is None
        and (undo is None or undo.state in _NOT_UNDOING)
    )


def status_line(proposal: Proposal, reader: Reader, undo: Proposal | None = None) -> str:
    """At most about 500 characters of mrkdwn; for an open proposal, its expiry. `undo` is the proposal that undoes this one,
    if any."""
    approved, place = f"Approved by {_approvers(proposal, reader)}", view_of(proposal.write).place
    match proposal.state:
        case State.PENDING if is_open(proposal, reader):
            return _open(proposal, reader)
        case State.PENDING | State.EXPIRED:
            alone = " after one of two approvals" if proposal.endorsed_by else " undecided"
            return f"⌛ Expired{alone}; nothing was written"
        case State.READY | State.SENDING:
            again = proposal.state is State.READY and proposal.attempt > 0
            return f"⏳ {approved} · {_waiting(proposal, reader) if again else f'writing to {place}…'}"
        case State.DONE:
            return f"✅ {approved} · {outcome(proposal, reader)}{_undoing(undo, reader)}"
        case State.UNDONE:
            return f"↩️ {_undone(undo, reader)} · before: {approved[0].lower()}{approved[1:]}"
        case State.UNKNOWN if proposal.parked_at:
            return (
                f"❓ {approved} · sent, but no one knows yet whether {place} has it; an administrator is looking at it"
            )
        case State.UNKNOWN:
            return f"❓ {approved} · sent, but {place}'s answer was lost; checking, and not sending again before that"
        case State.DEAD:
            return f"⚠️ {approved} · could not be written: {_error(proposal, reader, otherwise=f'{place} refused it')}"
        case State.REJECTED:
            return f"❌ Rejected by {_by(proposal.decided_by, proposal.decided_at, reader)}{_reason(proposal, reader)}"
        case State.SUPERSEDED:
            return _superseded(proposal, reader)
        case State.SNOOZED:
            return f"💤 Snoozed by {_by(proposal.decided_by, proposal.decided_at, reader)}; {_comes_back(proposal, reader)}"


def _comes_back(proposal: Proposal, reader: Reader) -> str:
    until = proposal.snoozed_until
    return f"it will come back {reader.day(until.astimezone(reader.tz).date())}" if until else "it will come back"


def in_force(proposal_id: str, proposals: Mapping[str, Proposal]) -> Proposal | None:
    """The newest version of a card's original proposal, if known."""
    proposal = proposals.get(proposal_id)
    return max(_versions(proposal, proposals.values()), key=lambda each: each.version) if proposal else None


def undo_of(proposal: Proposal | None, proposals: Mapping[str, Proposal]) -> Proposal | None:
    """The proposal that undoes this one, if known."""
    return proposals.get(proposal.undo_id) if proposal and proposal.undo_id else None


def _versions(proposal: Proposal, among: Iterable[Proposal]) -> list[Proposal]:
    return [proposal, *(each for each in among if each.lineage == proposal.lineage)]


def _open(proposal: Proposal, reader: Reader) -> str:
    parts = []
    if proposal.endorsed_by:
        parts.append(
            f"☑️ Approved by {_by(proposal.endorsed_by, proposal.endorsed_at, reader)}; needs a second approver"
        )
    elif proposal.needs_second:
        parts.append("👥 Needs two approvers")
    if proposal.version > 1:
        parts.append(f"{'🔁 Asked again' if proposal.drifted else '✏️ Adjusted'}, version {proposal.version}")
    return " · ".join([*parts, f"Decide by {reader.moment(proposal.expires_at)}"])


def _waiting(proposal: Proposal, reader: Reader) -> str:
    problem = f" ({reader.text(proposal.error, limit=120)})" if proposal.error else ""
    return f"not written yet{problem}; retrying"


def _superseded(proposal: Proposal, reader: Reader) -> str:
    if proposal.error:
        return f"🔁 {_error(proposal, reader)}"
    if proposal.decided_by is None:
        return "🔁 Proposed again in a newer message; please decide there"
    return f"✏️ Adjusted by {_by(proposal.decided_by, proposal.decided_at, reader)}; see the newer version"


def _undoing(undo: Proposal | None, reader: Reader) -> str:
    """The progress of an undo; "" if no one asked for one."""
    if undo is None or undo.state in _NOT_UNDOING:
        return ""
    place = view_of(undo.write).place
    who = f"Undo approved by {_by(undo.decided_by, undo.decided_at, reader)}"
    match undo.state:
        case State.DEAD:
            problem = _error(undo, reader, otherwise=f"{place} refused it")
            return f"\n⚠️ {who}, but it could not be undone: {problem}"
        case State.UNKNOWN if undo.parked_at:
            return f"\n❓ {who}; no one knows yet whether {place} did it; an administrator is looking at it"
        case State.UNKNOWN:
            return f"\n❓ {who}; sent, but {place}'s answer was lost; checking"
        case State.DONE:
            return f"\n↩️ {_undone(undo, reader)}"
        case _:
            return f"\n⏳ {who} · undoing it in {place}…"


def _undone(undo: Proposal | None, reader: Reader) -> str:
    if undo is None:
        return "Undone"
    return f"Undone by {_by(undo.decided_by, undo.decided_at, reader)} · {view_of(undo.write).undone(undo.write)}"


def _approvers(proposal: Proposal, reader: Reader) -> str:
    """The approver or approvers, each with the time."""
    last = _by(proposal.decided_by, proposal.decided_at, reader)
    return f"{_by(proposal.endorsed_by, proposal.endorsed_at, reader)} and {last}" if proposal.endorsed_by else last


def _by(person_id: str | None, at: datetime | None, reader: Reader) -> str:
    return f"{reader.name(person_id)}{f' at {reader.clock(at)}' if at else ''}"


def _error(proposal: Proposal, reader: Reader, *, otherwise: str = "") -> str:
    return reader.text(proposal.error or otherwise, limit=200)


def _reason(proposal: Proposal, reader: Reader) -> str:
    return f": {reader.text(proposal.reason, limit=200)}" if proposal.reason else ""

"""A proposal's status in one short line: the result, and who decided if it was someone else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from bot.views.reader import Reader
from bot.views.text import in_quotes
from bot.views.write import outcome, view_of
from store.domain.gate.proposals import IN_FLIGHT, Proposal, State
from store.domain.gate.reasons import RejectReason, comment_in, reason_of
from store.domain.gate.undo_write import UNDO_WINDOW

_NOT_UNDOING = frozenset(
    {State.PENDING, State.REJECTED, State.EXPIRED, State.SUPERSEDED, State.SNOOZED, State.RETRACTED}
)
# What became of a decision, in a word or two.
FATES: Mapping[State, str] = {
    State.DONE: "written",
    **dict.fromkeys(IN_FLIGHT, "being written"),
    State.DEAD: "could not be written",
    State.UNDONE: "undone",
    State.REJECTED: "rejected",
    State.SNOOZED: "snoozed",
}
_DECIDED, _EXPIRED, _MOVED, _OVER = "decided", "expired undecided", "moved to a newer brief", "no longer needed"


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
    mark, clause = status(proposal, reader, undo)
    return f"{mark} {clause[:1].upper()}{clause[1:]}".strip()


def _named(name: str) -> str:
    return f": {in_quotes(name)}" if name else ""


def status(proposal: Proposal, reader: Reader, undo: Proposal | None = None, *, name: str = "") -> tuple[str, str]:
    """A mark and a clause that can follow an account's name: `✅`, `task created, due Mon 30 Nov`. With a `name`, as mrkdwn,
    it names the write."""
    place, by = view_of(proposal.write).place, _decided_by(proposal, reader)
    match proposal.state:
        case State.PENDING if is_open(proposal, reader):
            return _open(proposal, reader)
        case State.PENDING | State.EXPIRED:
            alone = " after one of two approvals" if proposal.endorsed_by else " undecided"
            return "⌛", f"expired{alone}; nothing was written"
        case State.READY | State.SENDING:
            again = proposal.state is State.READY and proposal.attempt > 0
            return "⏳", f"approved; {_waiting(proposal, reader) if again else f'writing to {place}…'}{by}"
        case State.DONE:
            told = view_of(proposal.write).told(proposal.write, name) if name else ""
            return "✅", f"{outcome(proposal, reader)}{_named(told)}{by}{_undoing(undo, reader)}"
        case State.UNDONE:
            return "↩️", _undone(undo, reader)
        case State.UNKNOWN if proposal.parked_at:
            unknown = f"sent, but no one knows yet whether {place} has it; an administrator is looking at it"
            return "❓", f"{unknown}{by}"
        case State.UNKNOWN:
            return "❓", f"sent, but {place}'s answer was lost; checking, and not sending again before that{by}"
        case State.DEAD:
            return "⚠️", f"could not be written: {_error(proposal, reader, otherwise=f'{place} refused it')}{by}"
        case State.REJECTED:
            if proposal.undoes is None and reason_of(proposal.reason) is RejectReason.DONE:
                return "✅", f"done already{_comment(proposal, reader)}{by}"
            return "✖️", f"rejected{_reason(proposal, reader)}{by}"
        case State.SUPERSEDED:
            return _superseded(proposal, reader)
        case State.RETRACTED:
            return "⏹️", f"no longer needed{_reason(proposal, reader)}"
        case State.SNOOZED:
            return "💤", f"snoozed{_until(proposal, reader)}{by}"


def _until(proposal: Proposal, reader: Reader) -> str:
    until = proposal.snoozed_until
    if until is None:
        return ""
    day = reader.day(until.astimezone(reader.tz).date())
    return f" until something changes, at the latest {day}" if proposal.until_change else f" until {day}"


def ended(proposals: Sequence[Proposal], reader: Reader) -> str:
    """What became of proposals that can't be decided here any more: `all decided`, or `1 decided, 2 expired undecided`."""
    counts = Counter(_ending(each) for each in proposals)
    if len(counts) == 1:
        (only,) = counts
        return f"{len(proposals)} {only}" if only == _EXPIRED else f"all {only}" if only == _DECIDED else only
    return ", ".join(f"{counts[each]} {each}" for each in (_DECIDED, _EXPIRED, _MOVED, _OVER) if counts[each])


def in_force(proposal_id: str, proposals: Mapping[str, Proposal]) -> Proposal | None:
    """The newest version of a card's original proposal, if known."""
    proposal = proposals.get(proposal_id)
    return max(_versions(proposal, proposals.values()), key=lambda each: each.version) if proposal else None


def undo_of(proposal: Proposal | None, proposals: Mapping[str, Proposal]) -> Proposal | None:
    """The proposal that undoes this one, if known."""
    return proposals.get(proposal.undo_id) if proposal and proposal.undo_id else None


def log_of(proposal: Proposal | None, proposals: Mapping[str, Proposal]) -> Proposal | None:
    """The proposal that logs as done what this one asked for and was rejected, if known."""
    found = [each for each in proposals.values() if proposal is not None and each.logs == proposal.lineage]
    return max(found, key=lambda each: (each.created_at, each.version), default=None)


def asks_twice(proposal: Proposal, reader: Reader) -> str:
    """`👥 Needs two approvers`, or who was the first; "" if one approval is enough."""
    if proposal.endorsed_by:
        return f"☑️ Approved by {_who(proposal.endorsed_by, proposal.endorsed_at, reader)}; needs a second approver"
    return "👥 Needs two approvers" if proposal.needs_second else ""


def _ending(proposal: Proposal) -> str:
    match proposal.state:
        case State.PENDING | State.EXPIRED:
            return _EXPIRED
        case State.SUPERSEDED if proposal.decided_by is None:
            return _OVER if proposal.error else _MOVED
        case State.RETRACTED:
            return _OVER
        case _:
            return _DECIDED


def _versions(proposal: Proposal, among: Iterable[Proposal]) -> list[Proposal]:
    return [proposal, *(each for each in among if each.lineage == proposal.lineage)]


def _open(proposal: Proposal, reader: Reader) -> tuple[str, str]:
    parts = [asks_twice(proposal, reader)] if asks_twice(proposal, reader) else []
    if proposal.version > 1:
        is_adjusted = not proposal.drifted and proposal.write != proposal.recommendation.write
        parts.append(f"{'✏️ Adjusted' if is_adjusted else '🔁 Asked again'}, version {proposal.version}")
    return "", " · ".join([*parts, f"Decide by {reader.moment(proposal.expires_at)}"])


def _waiting(proposal: Proposal, reader: Reader) -> str:
    problem = f" ({reader.text(proposal.error, limit=120)})" if proposal.error else ""
    return f"not written yet{problem}; retrying"


def _superseded(proposal: Proposal, reader: Reader) -> tuple[str, str]:
    if proposal.error:
        return "🔁", _error(proposal, reader)
    if proposal.decided_by is None:
        return "🔁", "asked again in a newer message"
    return "✏️", f"adjusted; see the newer version{_decided_by(proposal, reader)}"


def _undoing(undo: Proposal | None, reader: Reader) -> str:
    """The progress of an undo; "" if no one asked for one."""
    if undo is None or undo.state in _NOT_UNDOING:
        return ""
    place, by = view_of(undo.write).place, _decided_by(undo, reader)
    match undo.state:
        case State.DEAD:
            problem = _error(undo, reader, otherwise=f"{place} refused it")
            return f" · ⚠️ could not be undone: {problem}{by}"
        case State.UNKNOWN if undo.parked_at:
            return f" · ❓ no one knows yet whether {place} undid it; an administrator is looking at it{by}"
        case State.UNKNOWN:
            return f" · ❓ undo sent, but {place}'s answer was lost; checking{by}"
        case State.DONE:
            return f" · ↩️ {_undone(undo, reader)}"
        case _:
            return f" · ⏳ undoing it in {place}…{by}"


def _undone(undo: Proposal | None, reader: Reader) -> str:
    if undo is None:
        return "undone"
    return f"undone, {view_of(undo.write).undone(undo.write)}{_decided_by(undo, reader)}"


def _decided_by(proposal: Proposal, reader: Reader) -> str:
    """` · by Noor 08:12`, with both if two approved it; "" for the reader's own decision, or none."""
    last = _who(proposal.decided_by, proposal.decided_at, reader)
    if proposal.endorsed_by and proposal.state not in (State.REJECTED, State.SUPERSEDED):
        return f" · by {_who(proposal.endorsed_by, proposal.endorsed_at, reader)} and {last}"
    return "" if proposal.decided_by in (None, reader.me) else f" · by {last}"


def _who(person_id: str | None, at: datetime | None, reader: Reader) -> str:
    return f"{reader.name(person_id)}{f' {reader.clock(at)}' if at else ''}"


def _error(proposal: Proposal, reader: Reader, *, otherwise: str = "") -> str:
    return reader.text(proposal.error or otherwise, limit=200)


def _reason(proposal: Proposal, reader: Reader) -> str:
    return f": {reader.text(proposal.reason, limit=120)}" if proposal.reason else ""


def _comment(proposal: Proposal, reader: Reader) -> str:
    said = comment_in(proposal.reason)
    return f": {reader.text(said, limit=120)}" if said else ""

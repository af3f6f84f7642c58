"""Where a proposal stands, in one line: who decided, when, and what came of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bot.views import writes
from bot.views.reader import Reader
from store.domain.proposals import Proposal, State


def is_open(proposal: Proposal, reader: Reader) -> bool:
    """Whether a press on Approve would still count."""
    return proposal.state is State.PENDING and reader.now < proposal.expires_at


def status_line(proposal: Proposal, reader: Reader) -> str:
    """At most about 400 characters of mrkdwn; for a proposal that is open, until when it is."""
    approved = f"Approved by {_decided(proposal, reader)}"
    match proposal.state:
        case State.PENDING if is_open(proposal, reader):
            adjusted = f"✏️ Adjusted, version {proposal.version} · " if proposal.version > 1 else ""
            return f"{adjusted}Decide by {reader.moment(proposal.expires_at)}"
        case State.PENDING | State.EXPIRED:
            return "⌛ Expired undecided; nothing was written"
        case State.READY | State.SENDING:
            return f"⏳ {approved} · writing to Zoho…"
        case State.DONE:
            return f"✅ {approved} · {writes.outcome(proposal, reader)}"
        case State.UNKNOWN:
            return f"❓ {approved} · sent, but Zoho's answer is unknown; being checked, and not sent again before that"
        case State.DEAD:
            return f"⚠️ {approved} · could not be written: {reader.text(proposal.error or 'Zoho refused it', limit=200)}"
        case State.REJECTED:
            return f"❌ Rejected by {_decided(proposal, reader)}{_reason(proposal, reader)}"
        case State.SUPERSEDED if proposal.decided_by is None:
            return "🔁 Proposed again in a newer message; decide it there"
        case State.SUPERSEDED:
            return f"✏️ Adjusted by {_decided(proposal, reader)}; the newer version counts"
        case State.SNOOZED:
            return f"💤 Put off by {_decided(proposal, reader)}; it will come back"


def in_force(proposal_id: str, proposals: Mapping[str, Proposal]) -> Proposal | None:
    """The newest version of what a card once proposed, if it is known."""
    proposal = proposals.get(proposal_id)
    return max(_versions(proposal, proposals.values()), key=lambda each: each.version) if proposal else None


def _versions(proposal: Proposal, among: Iterable[Proposal]) -> list[Proposal]:
    return [proposal, *(each for each in among if each.lineage == proposal.lineage)]


def _decided(proposal: Proposal, reader: Reader) -> str:
    when = f" at {reader.clock(proposal.decided_at)}" if proposal.decided_at else ""
    return f"{reader.name(proposal.decided_by)}{when}"


def _reason(proposal: Proposal, reader: Reader) -> str:
    return f": {reader.text(proposal.reason, limit=200)}" if proposal.reason else ""

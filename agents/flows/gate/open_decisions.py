"""The decisions that wait for someone: which they are, in which order a person reads them, and how a manager counts them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from agents.flows.gate.retract_proposals import still_asked
from store.database import Tx
from store.domain.attention.ledger import Ledger
from store.domain.gate.proposals import Proposal


async def open_decisions(tx: Tx, owner_ids: Collection[str], *, now: datetime) -> list[Proposal]:
    """What these owners can decide and still have a reason to, the oldest first."""
    return await still_asked(tx, await tx.proposals.pending(owner_ids), now=now)


def without_logs(proposals: Iterable[Proposal]) -> list[Proposal]:
    """Those that count for a manager: to log work that was done already is up to the owner."""
    return [each for each in proposals if each.logs is None]


def by_owner(proposals: Iterable[Proposal]) -> dict[str, list[Proposal]]:
    """As a manager counts them, the first to expire first; without those who have none."""
    found: defaultdict[str, list[Proposal]] = defaultdict(list)
    for each in sorted(without_logs(proposals), key=lambda each: each.expires_at):
        found[each.owner_id].append(each)
    return dict(found)


def in_order(pending: Sequence[Proposal], last: Ledger | None) -> tuple[Proposal, ...]:
    """In the order of the last brief; other decisions come after that, the oldest first."""
    place = {entry.account_id: number for number, entry in enumerate(last.entries)} if last else {}
    return tuple(sorted(pending, key=lambda each: place.get(each.account_id, len(place))))


def statements_of(pending: Sequence[Proposal], last: Ledger | None) -> dict[str, str]:
    """The facts behind these, by proposal id, as far as the last brief says them."""
    entries = last.by_account() if last else {}
    return {
        each.id: entries[each.account_id].statement
        for each in pending
        if each.account_id in entries and entries[each.account_id].key == each.recommendation.key
    }

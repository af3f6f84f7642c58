"""Explain why an account has its place in its owner's last brief, from the ledger and from what answers taught."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from agents.flows.accounts.learn_from_answers import learned_so_far
from store.database import Tx
from store.domain.attention.answers import Lesson
from store.domain.attention.ledger import Entry, Ledger
from store.domain.attention.policy import AttentionPolicy
from store.domain.attention.rarity import Shares, shares_of, united


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """`entry` is the account's in the owner's last `ledger`, if either exists; `lesson` the one on its topic. `shares`
    are the shares of accounts on which each kind of signal fires."""

    ledger: Ledger | None = None
    entry: Entry | None = None
    lesson: Lesson | None = None
    shares: Shares


async def explanation(
    tx: Tx, owner_id: str, account_id: str, *, now: datetime, attention: AttentionPolicy
) -> Explanation:
    """Return the account's place in its owner's last brief and the reasons for it."""
    ledger = await tx.attention.last(owner_id)
    if ledger is None:
        return Explanation(shares={})
    entry = ledger.by_account().get(account_id)
    taught = await learned_so_far(tx, ledger, now=now)
    company = united(await tx.attention.tallies_before(ledger.local_date))
    return Explanation(
        ledger=ledger,
        entry=entry,
        lesson=taught.lessons.get(entry.topic) if entry else None,
        shares=shares_of(ledger.tally, company, attention),
    )

"""A booking in the ledger: the entry it becomes, and how to find it again."""

from __future__ import annotations

from typing import Any

from integrations.ledger.book import LedgerBook
from store.domain.gate.writes.book_credit import BookCredit

from store.domain.gate.approvals import ApprovedChange


def entry_of(change: ApprovedChange) -> dict[str, Any]:
    assert isinstance(change.write, BookCredit)
    return {
        "account": change.write.parent_id,
        "points": change.write.points,
        "text": f"{change.write.reason} {change.marker}",
    }


def find(change: ApprovedChange, book: LedgerBook) -> dict[str, Any] | None:
    return next((each for each in book.entries() if change.marker in each["text"]), None)

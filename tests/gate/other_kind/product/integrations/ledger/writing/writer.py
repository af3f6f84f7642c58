"""The one writer of the ledger."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from integrations.ledger.book import LedgerBook

from store.domain.gate import registry
from store.domain.gate.approvals import ApprovedChange
from store.domain.gate.verdicts import Verdict, WriteResult


class LedgerWriter:
    def __init__(self, book: LedgerBook, now: Callable[[], datetime]) -> None:
        self.book, self._now = book, now
        self._kinds = registry.modules(__package__ or "", registry.kinds_of("ledger"))

    async def write(self, change: ApprovedChange) -> WriteResult:
        try:
            return _done(self.book.book(self._kinds[change.write.kind].entry_of(change), self._now()))
        except TimeoutError:
            return WriteResult(verdict=Verdict.UNKNOWN, error="The ledger did not answer.")

    async def find(self, change: ApprovedChange) -> WriteResult:
        found = self._kinds[change.write.kind].find(change, self.book)
        return _done(found) if found else WriteResult(verdict=Verdict.NOT_SENT, error="The ledger has no such entry.")


def _done(entry: dict[str, Any]) -> WriteResult:
    at = datetime.fromisoformat(entry["at"])
    return WriteResult(verdict=Verdict.DONE, crm_id=entry["id"], modified_at=at)

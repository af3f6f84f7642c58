"""The truth about a world: which signal holds on which mornings, as its storylines know it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from store.domain.signals.kinds import SignalKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """On every nightly look (06:00 UTC) of a day from `first` to `last` (None: to the end) exactly this signal holds.

    News (new, won, lost) holds on one look: the first that sees it. `note` says in a few words what happened.
    """

    kind: SignalKind
    account_id: str
    record_id: str
    first: date
    last: date | None
    note: str

    def holds_on(self, day: date) -> bool:
        return self.first <= day and (self.last is None or day <= self.last)

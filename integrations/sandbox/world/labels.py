"""The truth about a world: which signal holds on which mornings, according to its storylines."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from store.domain.signals.kinds import SignalKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """The records show this signal exactly on the nightly looks (06:00 UTC) from `first` to `last` (None: to the end).

    News (new, won, lost) holds on one look: the first that sees it. `note` describes the event in a few words. `true` is
    whether it is so, or the records are only wrong or late.
    """

    kind: SignalKind
    account_id: str
    record_id: str
    first: date
    last: date | None
    note: str
    true: bool = True

    def holds_on(self, day: date) -> bool:
        return self.first <= day and (self.last is None or day <= self.last)

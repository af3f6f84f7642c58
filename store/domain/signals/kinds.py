"""The kinds of signals that can be noticed about an account."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from store.domain.crm.evidence import Evidence


class SignalKind(StrEnum):
    NO_ACTIVITY = "no_activity"
    DEAL_STALLED = "deal_stalled"
    CLOSE_DATE_PASSED = "close_date_passed"
    CLOSE_DATE_SLIPPED = "close_date_slipped"
    AMOUNT_DROPPED = "amount_dropped"
    STAGE_MOVED_BACK = "stage_moved_back"
    SPONSOR_CHANGED = "sponsor_changed"
    NO_NEXT_STEP = "no_next_step"
    TASK_OVERDUE = "task_overdue"
    SINGLE_THREADED = "single_threaded"
    OWNER_CHANGED = "owner_changed"
    NEW_DEAL = "new_deal"
    DEAL_WON = "deal_won"
    DEAL_LOST = "deal_lost"
    DEAL_REOPENED = "deal_reopened"

    @property
    def label(self) -> str:
        """`Close date passed`: the kind's name for people."""
        return self.value.replace("_", " ").capitalize()


NEWS = frozenset({SignalKind.NEW_DEAL, SignalKind.DEAL_WON, SignalKind.DEAL_LOST, SignalKind.DEAL_REOPENED})


class Risk(StrEnum):
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """One noticed thing. `weight` in 0–1 orders signals; `since` is when it became true; `statement` is one sentence whose
    every number, date and name is in `evidence`. `record_id` is the deal, task or contact it is about, or the account's id.
    `subject` is the statement's beginning, which joins it to others about the same record with the same beginning. `amount`
    is the money at stake. `anchor` identifies what the statement rests on: a change, a date, the last contact; "" means `since`.
    `worth` is what its one deal is worth, in the deal's currency.
    """

    kind: SignalKind
    account_id: str
    record_id: str
    statement: str
    weight: float
    risk: Risk
    since: datetime
    evidence: tuple[Evidence, ...]
    amount: float = 0.0
    subject: str = ""
    anchor: str = ""
    worth: str = ""

    @property
    def mark(self) -> str:
        """Identifies the fact: the same text as long as nothing moved, however many days pass."""
        return f"{self.kind}:{self.record_id}:{self.anchor or self.since.isoformat()}"


@dataclass(frozen=True, slots=True)
class Finding:
    """One detector's result for one account: its signals, or one sentence on why there are none. `unread` are the ids
    of the records that it could not judge, because a field of them cannot be read."""

    kind: SignalKind
    signals: tuple[Signal, ...]
    why_not: str
    unread: tuple[str, ...] = ()

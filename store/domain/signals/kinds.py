"""The vocabulary of signals: what can be noticed about an account."""

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

    @property
    def label(self) -> str:
        """`Close date passed`: the kind as people read it."""
        return self.value.replace("_", " ").capitalize()


NEWS = frozenset({SignalKind.NEW_DEAL, SignalKind.DEAL_WON, SignalKind.DEAL_LOST})


class Risk(StrEnum):
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """One thing noticed. `weight` in 0–1 orders signals; `since` is when it became true; `statement` is one sentence
    whose every number, date and name stands in `evidence`. `record_id` is the deal, task or contact it is about, or the
    account's id. `subject` is how the statement starts where others about the same record start alike and can be joined
    to it. `amount` is the money at stake.
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


@dataclass(frozen=True, slots=True)
class Finding:
    """What one detector says of one account: its signals, or in one sentence why there are none."""

    kind: SignalKind
    signals: tuple[Signal, ...]
    why_not: str

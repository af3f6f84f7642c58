"""What a detector may look at besides the account's facts, and the thresholds it goes by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from store.domain.accounts import Contact, Person, Pipeline
from store.domain.changes import Change
from store.domain.signals.kinds import SignalKind


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalPolicy:
    """Thresholds, each a setting. Days are calendar days of 24 hours unless a calendar date is compared.

    A deal of `big_amount`, or one that closes within `near_days`, makes a signal weigh more; one of `escalate_amount` may
    be brought before the manager.
    """

    enabled: frozenset[SignalKind] = frozenset(SignalKind)
    silent_days: int = 30
    planned_days: int = 14
    stalled_days: int = 30
    slip_days: int = 7
    drop_share: float = 0.10
    recent_days: int = 7
    settle_days: int = 3
    single_thread_amount: float = 10_000.0
    single_thread_days: int = 14
    big_amount: float = 50_000.0
    near_days: int = 30
    escalate_amount: float = 100_000.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One look at an account.

    `today` is the calendar date of `now` in the reader's time zone. `changes` are those of the account within
    `policy.recent_days` or since `news_since`, oldest first; `news_since` is when the reader's last brief was made.
    `stage_since` says per deal id when it entered its stage, or the latest time at which it provably had.
    `departed` are contacts that left the account (deleted, or moved to another), as they last were, where known. Moments
    are told as dates in `timezone` (an IANA name), money with the sign `currency`.
    """

    now: datetime
    today: date
    pipeline: Pipeline
    news_since: datetime
    policy: SignalPolicy = field(default_factory=SignalPolicy)
    changes: tuple[Change, ...] = ()
    stage_since: Mapping[str, datetime] = field(default_factory=dict)
    people: Mapping[str, Person] = field(default_factory=dict)
    departed: tuple[Contact, ...] = ()
    timezone: str = "UTC"
    currency: str = "$"

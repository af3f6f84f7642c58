"""A detector's input besides the account's facts, and its thresholds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Annotated

from store.domain.crm.accounts import Contact, Person, Pipeline
from store.domain.crm.changes import Change
from store.domain.crm.money import Currency
from store.domain.signals.kinds import SignalKind
from store.domain.signals.norms import Norms
from store.domain.signals.own_tasks import OwnTask
from store.domain.text.wording import days_between


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalPolicy:
    """Thresholds, each a setting with its meaning beside it. Days have 24 hours unless a calendar date is compared."""

    enabled: Annotated[frozenset[SignalKind], "The signals to look for, by name, separated by commas."] = frozenset(
        SignalKind
    )
    silent_days: Annotated[
        int,
        "Days without a sign of life after which an account is silent, unless enough won deals show a clearly different pace.",
    ] = 30
    planned_days: Annotated[int, "An account with a call or meeting planned within this many days is not silent."] = 14
    stalled_days: Annotated[
        int, "Days in one stage after which a deal is stalled, unless enough won deals show a clearly different pace."
    ] = 30
    enough_won: Annotated[int, "How many won deals it takes to measure by them; 0 never does."] = 10
    unused_share: Annotated[
        float, "A part of the CRM used on at most this share of records is not in use; 0.05 is a twentieth."
    ] = 0.05
    slip_days: Annotated[int, "Days by which a closing date must move to count as slipped."] = 7
    drop_share: Annotated[float, "Share of its amount that a deal must lose; 0.1 is a tenth."] = 0.10
    recent_days: Annotated[int, "How many days a change counts as recent."] = 7
    settle_days: Annotated[int, "Days that a new deal may be without a next step."] = 3
    single_thread_amount: Annotated[float, "What the open deals must be worth for a single contact to matter."] = (
        10_000.0
    )
    single_thread_days: Annotated[int, "Age in days of the oldest open deal from which a single contact matters."] = 14
    big_amount: Annotated[float, "Open amount from which a signal weighs more and its risk rises."] = 50_000.0
    near_days: Annotated[
        int, "Signals on a deal due to close within this many days weigh more, and their risk rises."
    ] = 30
    escalate_amount: Annotated[
        float, "Amount from which a deal in serious trouble may be brought before the manager."
    ] = 100_000.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalContext:
    """What the detectors know about one account.

    `today` is the calendar date of `now` in the reader's time zone. `changes` are those of the account within
    `policy.recent_days` or since `news_since`, oldest first; `news_since` is when the reader's last brief was made.
    `stage_since` maps each deal id to the time it entered its stage, or, for the deals in `at_least`, to a time at which it
    was in it already. `norms` are the company's pace and habits, `switched_off` the signals that an administrator switched
    off for everyone; `in_handover` says that the account came to its owner with others. `departed` are contacts that left
    the account (deleted, or moved to another), as they last were, if known. `own_tasks` are the bot's own open tasks by id.
    Dates are shown in `timezone` (an IANA name), money as `currency` says.
    """

    now: datetime
    today: date
    pipeline: Pipeline
    news_since: datetime
    policy: SignalPolicy = field(default_factory=SignalPolicy)
    changes: tuple[Change, ...] = ()
    stage_since: Mapping[str, datetime] = field(default_factory=dict)
    at_least: frozenset[str] = frozenset()
    norms: Norms = field(default_factory=Norms)
    switched_off: frozenset[SignalKind] = frozenset()
    people: Mapping[str, Person] = field(default_factory=dict)
    departed: tuple[Contact, ...] = ()
    own_tasks: Mapping[str, OwnTask] = field(default_factory=dict)
    in_handover: bool = False
    timezone: str = "UTC"
    currency: Currency = field(default_factory=Currency)

    def days_since(self, moment: datetime) -> int:
        """Calendar days up to today, as the reader counts them."""
        return days_between(moment, self.now, timezone=self.timezone)

"""Parts of the CRM that the company does not use: a signal that relies on one says nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from store.domain.signals.kinds import SignalKind
from store.domain.signals.norms import Use

WINDOW = timedelta(days=90)
STAGE_WINDOW = timedelta(days=30)
ENOUGH = 20  # records, below which a share says nothing

# For each signal: the records that are counted, what those that use the part of the CRM do, what to conclude, and what the
# signal would say.
_SAYS: Mapping[SignalKind, tuple[str, str, str, str]] = {
    SignalKind.NO_NEXT_STEP: (
        "open deals",
        "name a next step or have anything planned",
        "a missing one says nothing",
        "an open deal has no next step and nothing planned",
    ),
    SignalKind.NO_ACTIVITY: (
        "accounts with open deals",
        "have a call, meeting, task or note from the last 90 days",
        "silence says nothing",
        "no one has been in touch with an account for long",
    ),
    SignalKind.CLOSE_DATE_PASSED: (
        "open deals",
        "have a closing date",
        "one that has passed says nothing",
        "the closing date of an open deal has passed",
    ),
    SignalKind.DEAL_STALLED: (
        "deals open 30 days ago",
        "changed their stage since then",
        "a long time in a stage says nothing",
        "a deal has been in one stage for long",
    ),
    SignalKind.TASK_OVERDUE: (
        "tasks due in the last 90 days",
        "were completed",
        "an overdue one says nothing",
        "a task is overdue",
    ),
    SignalKind.SINGLE_THREADED: (
        "accounts with open deals",
        "have two contacts or more",
        "a single contact says nothing",
        "the open deals of an account rest on a single contact",
    ),
}
MEASURED = tuple(_SAYS)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenDeal:
    """`created_at` and `closing_date` are ISO text."""

    id: str
    account_id: str | None
    created_at: str
    has_next_step: bool
    closing_date: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """People's entries, over all records. `planned` and `touched` are the ids of accounts and deals with something ahead, or
    a sign of life within the window; `crowded` are accounts with two contacts or more; `moved` are deals whose stage
    changed within the window for stages; `tasks` are (done, all) of those that were due in it."""

    open_deals: tuple[OpenDeal, ...] = ()
    planned: frozenset[str] = frozenset()
    touched: frozenset[str] = frozenset()
    crowded: frozenset[str] = frozenset()
    moved: frozenset[str] = frozenset()
    tasks: tuple[int, int] = (0, 0)


def uses_of(habits: Habits, *, now: datetime, watched: timedelta) -> dict[SignalKind, Use]:
    """Return how much each part of the CRM is used on which a signal relies. How often stages change shows only after
    having `watched` for their whole window."""
    deals = habits.open_deals
    accounts = {deal.account_id for deal in deals if deal.account_id}
    alive = {deal.account_id for deal in deals if deal.id in habits.touched} | habits.touched
    uses = {
        SignalKind.NO_NEXT_STEP: Use(
            used=sum(deal.has_next_step or _is_planned(deal, habits) for deal in deals), of=len(deals)
        ),
        SignalKind.CLOSE_DATE_PASSED: Use(used=sum(bool(deal.closing_date) for deal in deals), of=len(deals)),
        SignalKind.NO_ACTIVITY: Use(used=len(accounts & alive), of=len(accounts)),
        SignalKind.SINGLE_THREADED: Use(used=len(accounts & habits.crowded), of=len(accounts)),
        SignalKind.TASK_OVERDUE: Use(used=habits.tasks[0], of=habits.tasks[1]),
    }
    if watched >= STAGE_WINDOW:
        # Deals that moved and are closed by now count too: some companies only ever move a deal to its end.
        still = sum(deal.created_at < f"{now - STAGE_WINDOW:%Y-%m-%d}" for deal in deals if deal.id not in habits.moved)
        uses[SignalKind.DEAL_STALLED] = Use(used=len(habits.moved), of=still + len(habits.moved))
    return uses


def _is_planned(deal: OpenDeal, habits: Habits) -> bool:
    return deal.id in habits.planned or deal.account_id in habits.planned


def is_unused(use: Use, unused_share: float) -> bool:
    """Whether so few records use a part of the CRM that its absence says nothing."""
    return use.of >= ENOUGH and use.share <= unused_share


def says_nothing(kind: SignalKind, use: Use) -> str:
    """`Only 3% of 412 open deals name a next step or have anything planned, so a missing one says nothing.`"""
    return f"{figures_of(kind, use)}, so {_SAYS[kind][2]}."


def figures_of(kind: SignalKind, use: Use) -> str:
    """`Only 3% of 412 open deals name a next step or have anything planned`."""
    records, do, *_ = _SAYS[kind]
    return f"{_share(use)} of {use.of:,} {records} {do}"


def meaning_of(kind: SignalKind) -> str:
    """`an open deal has no next step and nothing planned`: what the signal says when it fires."""
    return _SAYS[kind][3]


def starts_once(kind: SignalKind, unused_share: float) -> str:
    """`more than 5% of open deals name a next step or have anything planned`: what ends the signal's silence."""
    records, do, *_ = _SAYS[kind]
    return f"more than {100 * unused_share:g}% of {records} {do}"


def _share(use: Use) -> str:
    if use.used == 0:
        return "None"
    return f"Only {use.share:.0%}" if use.share >= 0.01 else "Under 1%"

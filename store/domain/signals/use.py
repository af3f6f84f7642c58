"""Parts of the CRM that the company does not use: a signal that relies on one says nothing."""

from __future__ import annotations

from collections.abc import Mapping

from store.domain.signals.kinds import SignalKind
from store.domain.signals.norms import Use

ENOUGH = 20  # records, below which a share says nothing

# For each signal: the records that are counted, what those that use the part of the CRM do, and what to conclude.
_SAYS: Mapping[SignalKind, tuple[str, str, str]] = {
    SignalKind.NO_NEXT_STEP: ("open deals", "name a next step or have anything planned", "a missing one says nothing"),
    SignalKind.NO_ACTIVITY: (
        "accounts with open deals",
        "have a call, meeting, task or note from the last 90 days",
        "silence says nothing",
    ),
    SignalKind.CLOSE_DATE_PASSED: (
        "open deals",
        "have a closing date that lies ahead",
        "a date that has passed says nothing",
    ),
    SignalKind.DEAL_STALLED: (
        "open deals",
        "changed their stage in the last 90 days",
        "a long time in a stage says nothing",
    ),
    SignalKind.TASK_OVERDUE: ("tasks due in the last 90 days", "were completed", "an overdue one says nothing"),
    SignalKind.SINGLE_THREADED: (
        "accounts with open deals",
        "have two contacts or more",
        "a single contact says nothing",
    ),
}
MEASURED = tuple(_SAYS)


def is_unused(use: Use, unused_share: float) -> bool:
    """Whether so few records use a part of the CRM that its absence says nothing."""
    return use.of >= ENOUGH and use.share <= unused_share


def says_nothing(kind: SignalKind, use: Use) -> str:
    """`Only 3% of 412 open deals name a next step or have anything planned, so a missing one says nothing.`"""
    return f"{figures_of(kind, use)}, so {_SAYS[kind][2]}."


def figures_of(kind: SignalKind, use: Use) -> str:
    """`Only 3% of 412 open deals name a next step or have anything planned`."""
    records, do, _ = _SAYS[kind]
    return f"{_share(use)} of {use.of:,} {records} {do}"


def _share(use: Use) -> str:
    if use.used == 0:
        return "None"
    return f"Only {use.share:.0%}" if use.share >= 0.01 else "Under 1%"

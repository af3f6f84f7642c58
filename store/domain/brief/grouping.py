"""Join the signals on one record into one statement, the weightiest first.

A card's score is 1 − ∏ (1 − weight) over its signals, so that two middling signals outweigh one of them but never reach
certainty.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import prod

from store.domain.brief.brief import Statement
from store.domain.crm.evidence import Evidence
from store.domain.signals.findings import statement_of
from store.domain.signals.kinds import Risk, Signal, SignalKind

_RISK_ORDER = (Risk.HIGH, Risk.MEDIUM, Risk.LOW)


def statements_of(signals: Sequence[Signal]) -> tuple[Statement, ...]:
    """Return one statement for all signals about one record that can be joined, the weightiest first."""
    return tuple(joined(group) for group in grouped(signals))


def joined(group: Sequence[Signal]) -> Statement:
    """Return one statement for signals that can be joined."""
    return Statement(
        text=statement_of(group),
        kinds=tuple(signal.kind for signal in group),
        evidence=united(signal.evidence for signal in group),
    )


def grouped(signals: Sequence[Signal]) -> list[tuple[Signal, ...]]:
    """Group signals by record, the weightiest group and within it the weightiest signal first. Signals that cannot be
    joined into one sentence stay alone."""
    groups: dict[tuple[str, str, str], list[Signal]] = {}
    for signal in sorted(signals, key=weightiest_first):
        alone = "" if signal.subject else signal.kind
        groups.setdefault((signal.record_id, signal.subject, alone), []).append(signal)
    return sorted((tuple(group) for group in groups.values()), key=lambda group: -combined(group))


def weightiest_first(signal: Signal) -> tuple[float, int, float, str]:
    return (-signal.weight, list(SignalKind).index(signal.kind), -signal.amount, signal.record_id)


def combined(signals: Sequence[Signal]) -> float:
    """1 − ∏ (1 − weight), to four digits."""
    return round(1.0 - prod(1.0 - signal.weight for signal in signals), 4)


def riskiest(risks: Sequence[Risk]) -> Risk:
    return min(risks, key=_RISK_ORDER.index)


def united(pieces: Iterable[Sequence[Evidence]]) -> tuple[Evidence, ...]:
    """Return all evidence without duplicates, in order of appearance."""
    return tuple({(cited.id, cited.value): cited for piece in pieces for cited in piece}.values())

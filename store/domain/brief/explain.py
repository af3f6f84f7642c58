"""Why an account was flagged, and which checks found nothing."""

from __future__ import annotations

from collections.abc import Sequence

from store.domain.signals.kinds import Finding


def explain(findings: Sequence[Finding]) -> tuple[str, ...]:
    """Say why an account was flagged, and then which checks found nothing."""
    flagged = [f"{found.kind.label}: {signal.statement}" for found in findings for signal in found.signals]
    return (*flagged, *_silent(findings))


def _silent(findings: Sequence[Finding]) -> tuple[str, ...]:
    """Say why the other signals stayed silent: one line per reason, with all the signals that share it."""
    reasons: dict[str, list[str]] = {}
    for found in findings:
        if not found.signals:
            reasons.setdefault(found.why_not, []).append(found.kind.label)
    return tuple(f"{_listed(labels)}: no. {reason}" for reason, labels in reasons.items())


def _listed(labels: Sequence[str]) -> str:
    """Return a list like `Deal stalled, close date passed`."""
    return ", ".join((labels[0], *(label[0].lower() + label[1:] for label in labels[1:])))

"""Why an account was flagged, and which checks found nothing."""

from __future__ import annotations

from collections.abc import Sequence

from store.domain.signals.kinds import Finding
from store.domain.text.wording import plural

_MOST = 3


def explain(findings: Sequence[Finding]) -> tuple[str, ...]:
    """Say why an account was flagged, and then which checks found nothing."""
    return (*_flagged(findings), *_silent(findings))


def explain_shortly(findings: Sequence[Finding]) -> tuple[str, ...]:
    """The same for a reader in a hurry: why it was flagged, or else the first reasons why not; the other checks are counted."""
    flagged, silent = _flagged(findings), _silent(findings)
    shown = flagged[:_MOST] or silent[:_MOST]
    passed = sum(not found.signals for found in findings)
    if flagged:
        more = f"And {len(flagged) - _MOST} more. " if len(flagged) > _MOST else ""
        return (*shown, f"{more}{plural(passed, 'other check')} found nothing.") if passed or more else shown
    rest = len(silent) - len(shown)
    return (*shown, "The other checks found nothing either.") if rest > 0 else shown


def _flagged(findings: Sequence[Finding]) -> tuple[str, ...]:
    return tuple(f"{found.kind.label}: {signal.statement}" for found in findings for signal in found.signals)


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

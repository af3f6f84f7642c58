"""Slack users who are no one in the CRM, remembered for a while: a flood of their messages asks Slack once.

Each process remembers for itself. It only saves calls, and another process asks once more.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from agents.ports import Clock

FORGET_AFTER = timedelta(minutes=5)
MOST = 1_000


@dataclass(frozen=True, slots=True)
class Stranger:
    """The address that Slack gave for them, "" if none; the sentence, if linking them was refused."""

    email: str
    refusal: str = ""


class Strangers:
    """At most a thousand of them; those seen first are forgotten first."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._seen: dict[str, tuple[Stranger, datetime]] = {}

    def remember(self, slack_user: str, stranger: Stranger) -> None:
        self._seen.pop(slack_user, None)
        self._seen[slack_user] = stranger, self._clock.now()
        if len(self._seen) > MOST:
            del self._seen[next(iter(self._seen))]

    def get(self, slack_user: str) -> Stranger | None:
        """Slack's answer about them; None if it wasn't asked lately."""
        stranger, at = self._seen.get(slack_user, (None, None))
        return stranger if at is not None and self._clock.now() - at < FORGET_AFTER else None

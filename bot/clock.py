"""Clocks: the system's, and one that starts at another time and can jump forward (for demos, replays and tests)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


class SimulatedClock:
    """Runs at real speed from `start`; `advance_to` jumps forward, never back."""

    def __init__(self, start: datetime) -> None:
        self._offset = start - datetime.now(UTC)

    def now(self) -> datetime:
        return datetime.now(UTC) + self._offset

    def advance_to(self, moment: datetime) -> None:
        self._offset = max(self._offset, moment - datetime.now(UTC))

    def advance(self, by: timedelta) -> None:
        self.advance_to(self.now() + by)

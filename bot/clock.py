"""Clocks: the system's, and one that starts at another time and can jump forward (for demos, replays and tests)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

_FILE = "demo-clock"  # in the home folder of a demo: by how many seconds its clock differs from the system's


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

    def show_to_commands(self, home: Path) -> None:
        """Leave the time in this folder, so that commands run there go by it."""
        (home / _FILE).write_text(str(self._offset.total_seconds()), encoding="utf-8")


def clock_at(home: Path) -> SystemClock | SimulatedClock:
    """The clock for a command: the system's, or in the folder of a demo the demo's."""
    try:
        offset = timedelta(seconds=float((home / _FILE).read_text(encoding="utf-8")))
        return SimulatedClock(datetime.now(UTC) + offset)
    except (OSError, ValueError, OverflowError):
        return SystemClock()

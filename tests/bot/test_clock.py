"""Commands go by the system's clock, except in the folder of a demo."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.clock import SimulatedClock, SystemClock, clock_at


def test_a_command_in_the_folder_of_a_demo_goes_by_the_demos_clock(tmp_path: Path) -> None:
    demo = SimulatedClock(datetime(2017, 12, 29, 8, tzinfo=UTC))
    demo.show_to_commands(tmp_path)
    assert abs(clock_at(tmp_path).now() - demo.now()) < timedelta(seconds=5)


def test_a_command_anywhere_else_goes_by_the_systems_clock(tmp_path: Path) -> None:
    assert isinstance(clock_at(tmp_path), SystemClock)

"""A job that the bot repeats, and the part of the bot that runs it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

RESTART = timedelta(seconds=5)  # how soon a job that is meant to run forever starts again after it failed


class ProcessRole(StrEnum):
    """A process's part of the bot's work. ALL does everything; the others share one PostgreSQL."""

    ALL = "all"
    SLACK = "slack"
    WORKER = "worker"
    CLOCK = "clock"

    def covers(self, other: ProcessRole) -> bool:
        """Whether a process of this role does the other role's work. Every process does the work of ALL."""
        return ProcessRole.ALL in (self, other) or self is other


@dataclass(frozen=True, slots=True)
class Job:
    """`run` starts at once and then at each tick, `every` so often, in the processes of `role`.

    A tick that finds the last run still at work passes, unless runs may `overlap`.
    """

    name: str
    run: Callable[[], Awaitable[object]]
    every: timedelta
    role: ProcessRole
    overlap: bool = False

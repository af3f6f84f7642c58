"""Durable work, which the bot completes despite failures and restarts, and the engine's interface.

There are two engines. `bot.jobs.engine` records each step in a separate database, so that work continues where a killed
process stopped; `sergas serve` uses it. `bot.jobs.local` runs the same functions as plain tasks, for one-shot commands and
tests. Rows make both safe: a repeated step finds its earlier results in them.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

import structlog

from bot.jobs.job import Job, ProcessRole
from bot.telemetry import request
from store.domain.errors import SergasError

log = structlog.get_logger()

# Ids and booleans only: the engine stores a step's arguments and result.
Value = str | bool | None
StepFunction = Callable[..., Coroutine[Any, Any, Value]]
# Waits for the end of work; returns its result, or None if it failed.
Ending = Callable[[], Awaitable[Value]]
LOWEST = 2**31 - 1


class Failed(Exception):
    """Work failed. The text is only the error's name, because the engine stores it."""


class Steps(Protocol):
    """The steps of a piece of work."""

    async def step(self, function: StepFunction, *arguments: str) -> Value:
        """Do this once. If the process dies in the middle, it is done again; once finished, it is never repeated."""
        ...

    async def sleep(self, seconds: float) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """A kind of work. `run` gets the steps and the arguments of the start.

    At most `at_once` of a kind run together in one process, and `everywhere` (None: no limit) in all. `endless` work may be
    started again under its key after it ended, because the rows say when there is more to do. Other work ends once; failed
    work is retried at most `tries` times, with doubling pauses.
    """

    name: str
    run: StepFunction
    at_once: int
    everywhere: int | None = None
    endless: bool = False
    tries: int = 12


class Engine(Protocol):
    """Completes work. `carry` each kind before `running`."""

    def carry(self, work: Work) -> None: ...

    async def start(
        self, name: str, key: str, *arguments: str, priority: int = LOWEST, urgent: bool = False
    ) -> Ending | None:
        """Make sure that this key's work gets done. If this call started it (or the next try after a failure), returns a way to
        wait for its end; None if it is done, under way, or pausing after a failure.

        Lower `priority` values go first; `urgent` work doesn't queue if this process can do it.
        """
        ...

    def running(self, role: ProcessRole) -> AbstractAsyncContextManager[None]:
        """Do this role's part for the engine. At the end, current steps get three seconds to finish.

        Raises: BadInput if another process uses the same name.
        """
        ...

    def upkeep(self) -> Sequence[Job]:
        """The engine's regular maintenance."""
        ...


@contextmanager
def reporting(event: str, **fields: Any) -> Iterator[None]:
    """Log errors inside with a new request id, and pass on only their names. Raises: Failed."""
    with request(**fields):
        try:
            yield
        except SergasError as exc:
            log.warning(event, problem=str(exc), error=type(exc).__name__)
            raise Failed(type(exc).__name__) from None
        except Exception as exc:  # a job runner: other work goes on
            log.error(event, error=type(exc).__name__, exc_info=exc)
            raise Failed(type(exc).__name__) from None

"""Durable work: what the bot carries to an end across failures and restarts, and what it asks of the engine that does so.

There are two engines. `bot.jobs.engine` keeps a record of every step in a database of its own, so that work goes on where a
killed process stopped; `sergas serve` runs on it. `bot.jobs.local` runs the same functions as plain tasks, for one-shot
commands and tests. What makes either safe are the rows: a step may be done again, and finds there what was done before.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

import structlog

from bot.jobs.job import Job, Role
from bot.telemetry import request
from store.domain.errors import SergasError

log = structlog.get_logger()

# Ids and yes or no: what a step takes and returns is kept, and nothing else may be.
Value = str | bool | None
StepFunction = Callable[..., Coroutine[Any, Any, Value]]
# Waits for the end of work; what it returned, None where it failed.
Ending = Callable[[], Awaitable[Value]]
LOWEST = 2**31 - 1


class Failed(Exception):
    """Work that came to no good end; its text is the name of the error and nothing more, because the engine keeps it."""


class Steps(Protocol):
    """What work is made of."""

    async def step(self, function: StepFunction, *arguments: str) -> Value:
        """Do this once. Where a process died in the middle of it, it is done again; once it ended, it never is."""
        ...

    async def sleep(self, seconds: float) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """A kind of work. `run` takes the steps and the arguments it was started with.

    `at_once` of a kind run together in one process and `everywhere` (None: no limit) in all of them. `endless` work that
    ended may be started again under its key, because the rows say when there is more to do; other work ends once, and one
    that failed is tried again at most `tries` times, with a pause that doubles.
    """

    name: str
    run: StepFunction
    at_once: int
    everywhere: int | None = None
    endless: bool = False
    tries: int = 12


class Engine(Protocol):
    """Carries work to its end. `carry` every kind before `running`."""

    def carry(self, work: Work) -> None: ...

    async def start(
        self, name: str, key: str, *arguments: str, priority: int = LOWEST, urgent: bool = False
    ) -> Ending | None:
        """See that the work of this key is done. Returns how to wait for its end where this call started it (or, after a
        failure, the next try); None where it is done, under way, or rests after a failure.

        Of what waits, a lower `priority` goes first; `urgent` work does not wait where this process can do it.
        """
        ...

    def running(self, role: Role) -> AbstractAsyncContextManager[None]:
        """Do what a process of this role does for the engine; at the end, steps at work may end within three seconds.

        Raises: BadInput where another process works under the same name.
        """
        ...

    def upkeep(self) -> Sequence[Job]:
        """What the engine has to do from time to time to stay well."""
        ...


@contextmanager
def reporting(event: str, **fields: Any) -> Iterator[None]:
    """Log what goes wrong inside, with a request id of its own, and pass on no more than its name. Raises: Failed."""
    with request(**fields):
        try:
            yield
        except SergasError as exc:
            log.warning(event, problem=str(exc), error=type(exc).__name__)
            raise Failed(type(exc).__name__) from None
        except Exception as exc:  # a job runner: other work goes on
            log.error(event, error=type(exc).__name__, exc_info=exc)
            raise Failed(type(exc).__name__) from None

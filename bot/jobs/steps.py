"""The steps of current work on any engine, and an orderly end between two of them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from bot.jobs.work import StepFunction, Value

GRACE_SECONDS = 3.0

Do = Callable[..., Coroutine[Any, Any, Value]]


class StepRunner:
    """Satisfies `bot.jobs.work.Steps`. `do` runs one step in the engine's way, at most `at_once` together; `pause` waits
    that many seconds."""

    def __init__(self, *, do: Do, pause: Callable[[float], Awaitable[None]], at_once: int) -> None:
        self._do = do
        self._pause = pause
        self._places = asyncio.Semaphore(at_once)
        self._tasks: set[asyncio.Task[object]] = set()
        self._at_work = 0
        self._idle = asyncio.Event()
        self._idle.set()
        self._stopping = False

    async def step(self, function: StepFunction, *arguments: str) -> Value:
        async with self._places:
            await self._unless_stopping()
            self._at_work += 1
            self._idle.clear()
            try:
                return await self._do(function, *arguments)
            finally:
                self._at_work -= 1
                if not self._at_work:
                    self._idle.set()

    async def sleep(self, seconds: float) -> None:
        await self._unless_stopping()
        await self._pause(seconds)

    @contextmanager
    def carrying(self) -> Iterator[None]:
        """Wraps a piece of work, in its task."""
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            yield
        finally:
            self._tasks.discard(task)

    async def drain(self) -> None:
        """Let current steps end, then cancel work that is between two steps."""
        self._stopping = True
        with suppress(TimeoutError):
            await asyncio.wait_for(self._idle.wait(), GRACE_SECONDS)
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _unless_stopping(self) -> None:
        if self._stopping:
            await asyncio.Event().wait()

"""One life of the bot, from its start to its kill, as the harness holds it in hand."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
from collections.abc import Coroutine, Mapping
from contextlib import suppress
from datetime import datetime
from multiprocessing.context import ForkServerContext
from multiprocessing.process import BaseProcess
from typing import Any, TypeVar

from tests.crash.child import Line, SharedClock, Word, live
from tests.crash.places import Place

T = TypeVar("T")
PATIENCE = 20.0  # seconds in which the bot reaches a point, or never does


class Killed(Exception):
    """The bot's process is gone."""


def forks() -> ForkServerContext:
    """Processes forked from one that has everything imported and nothing running: a few milliseconds each."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.crash.preloaded"])
    return context


def shared_clock(start: datetime) -> SharedClock:
    return SharedClock(forks().Value("d", start.timestamp(), lock=True))


class Life:
    """A process with the bot in it. Everything asked of it raises Killed once it is dead."""

    def __init__(self, process: BaseProcess, line: Line) -> None:
        self._process = process
        self._line = line
        self._heard: asyncio.Queue[object] = asyncio.Queue()
        self._over = asyncio.create_task(self._listen())

    @classmethod
    async def begin(cls, settings: Mapping[str, object], clock: SharedClock, *, log_level: str = "CRITICAL") -> Life:
        """The bot, connected. Raises: Killed where it dies on the way."""
        ours, theirs = forks().Pipe()
        process = forks().Process(target=live, args=(dict(settings), clock, theirs, log_level), daemon=True)
        process.start()
        theirs.close()
        life = cls(process, Line(ours))
        await life._answer()
        return life

    async def alive(self) -> bool:
        """Whether it still answers. What multiprocessing knows of a process that was killed may be out of date for a moment."""
        try:
            await self._ask("ping")
        except Killed:
            return False
        return True

    async def arm(self, place: Place, *, passage: int = 1) -> None:
        await self._ask("arm", place, passage)

    async def do(self, word: Word) -> object:
        """Have one of the bot's jobs done now, and wait for it; what it returned."""
        return await self._ask(word)

    def kill(self) -> None:
        """From outside, at once; harmless where it is dead already."""
        if self._process.pid and self._process.is_alive():
            os.kill(self._process.pid, signal.SIGKILL)

    async def death(self) -> None:
        """Wait until the process is gone. Raises: TimeoutError."""
        await asyncio.wait_for(asyncio.shield(self._over), PATIENCE)

    async def end(self) -> None:
        """Kill it and clear up."""
        self.kill()
        await self._over
        self._line.close()

    async def _listen(self) -> None:
        """Until the process is gone, which ends its side of the pipe."""
        with suppress(EOFError, ConnectionError):
            while True:
                self._heard.put_nowait(await self._line.receive())
        await asyncio.to_thread(self._process.join)

    async def _ask(self, *words: object) -> object:
        try:
            self._line.send(words)
        except OSError as exc:
            raise Killed from exc
        return await self._answer()

    async def meanwhile(self, work: Coroutine[Any, Any, T]) -> T:
        """Do this while the process lives. Raises: Killed where it dies before."""
        task = asyncio.create_task(work)
        await asyncio.wait({task, self._over}, return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            return task.result()
        task.cancel()
        raise Killed

    async def _answer(self) -> object:
        return await self.meanwhile(self._heard.get())

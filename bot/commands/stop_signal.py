"""The signal to stop. It also reaches a process that is still starting, or that hangs."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import threading
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any

import structlog

log = structlog.get_logger()

LIMIT_SECONDS = 9
SIGNALS = (signal.SIGINT, signal.SIGTERM)

Wait = Callable[[], Awaitable[None]]


async def until_stopped(serve: Callable[[Wait], Coroutine[Any, Any, None]], *, limit: int = LIMIT_SECONDS) -> None:
    """Run `serve`, which awaits its argument as soon as it has started and then ends in good order.

    SIGINT and SIGTERM end that wait. If they come earlier, they cancel the start. A process that hasn't ended `limit` seconds
    later is killed; the bot recovers from that as from any crash.
    """
    stop, started = asyncio.Event(), asyncio.Event()

    async def wait() -> None:
        started.set()
        await stop.wait()

    with _signals_into(stop, limit):
        serving, stopping = asyncio.create_task(serve(wait)), asyncio.create_task(stop.wait())
        await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        if not (serving.done() or started.is_set()):
            log.info("start.cancelled")
            serving.cancel()
            await asyncio.wait({serving})
        if not serving.cancelled():
            await serving


@contextmanager
def _signals_into(stop: asyncio.Event, limit: int) -> Iterator[None]:
    """A thread waits for the signals: a driver that blocks the event loop would block the loop's own handlers, too.

    The thread can't act once the interpreter shuts down, so the system's alarm clock has the last word.
    """
    loop = asyncio.get_running_loop()
    read, write = socket.socketpair()
    write.setblocking(False)
    before = {each: signal.signal(each, lambda *_: None) for each in SIGNALS}
    fd = signal.set_wakeup_fd(write.fileno(), warn_on_full_buffer=False)

    def wait() -> None:
        while (told := read.recv(1)) and told[0] not in SIGNALS:
            pass
        if told:
            signal.alarm(limit)  # the default action for SIGALRM ends the process
            loop.call_soon_threadsafe(stop.set)
            threading.Event().wait(limit - 1)
            log.error("stop.cut_off", seconds=limit - 1)
            os._exit(1)

    threading.Thread(target=wait, name="stop-signal", daemon=True).start()
    try:
        yield
    finally:
        if not stop.is_set():  # else the thread still sees to it that the process ends
            signal.set_wakeup_fd(fd)
            for each, handler in before.items():
                signal.signal(each, handler)
            write.close()

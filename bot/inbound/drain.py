"""Let listeners finish: a press just before the bot stops still gets its answer.

Bolt starts each listener as its own task and keeps no reference, so a shutdown couldn't wait for it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.listener.async_listener_completion_handler import AsyncListenerCompletionHandler
from slack_bolt.listener.async_listener_start_handler import AsyncListenerStartHandler
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

log = structlog.get_logger()

GRACE_SECONDS = 3.0
_Tasks = set["asyncio.Task[object] | None"]


@asynccontextmanager
async def finishing(app: AsyncApp) -> AsyncIterator[None]:
    """On exit, wait for running listeners, and cancel those that take longer than three seconds."""
    at_work: _Tasks = set()
    app.listener_runner.listener_start_handler = _Started(at_work)
    app.listener_runner.listener_completion_handler = _Completed(
        at_work, app.listener_runner.listener_completion_handler
    )
    try:
        yield
    finally:
        tasks = [task for task in at_work if task is not None]
        _, late = await asyncio.wait(tasks, timeout=GRACE_SECONDS) if tasks else (set(), set())
        for task in late:
            log.warning("listener.cut_short")
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)


class _Started(AsyncListenerStartHandler):
    def __init__(self, at_work: _Tasks) -> None:
        self._at_work = at_work

    async def handle(self, request: AsyncBoltRequest, response: BoltResponse | None) -> None:
        self._at_work.add(asyncio.current_task())


class _Completed(AsyncListenerCompletionHandler):
    """`before` runs first and is part of the listener's work."""

    def __init__(self, at_work: _Tasks, before: AsyncListenerCompletionHandler) -> None:
        self._at_work = at_work
        self._before = before

    async def handle(self, request: AsyncBoltRequest, response: BoltResponse | None) -> None:
        try:
            await self._before.handle(request, response)
        finally:
            self._at_work.discard(asyncio.current_task())

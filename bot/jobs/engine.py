"""Keeps the bot's background jobs alive: one that fails is logged and started again, so that briefs and writes go on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager

import structlog

log = structlog.get_logger()

PAUSE_SECONDS = 5.0


@asynccontextmanager
async def running_jobs(
    jobs: Mapping[str, Callable[[], Awaitable[None]]], *, pause_seconds: float = PAUSE_SECONDS
) -> AsyncIterator[None]:
    """Run these endless jobs while the block lasts; they are cancelled and waited for at its end.

    One that fails is started again after a pause.
    """
    tasks = [asyncio.create_task(_supervised(name, job, pause_seconds), name=name) for name, job in jobs.items()]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _supervised(name: str, job: Callable[[], Awaitable[None]], pause_seconds: float) -> None:
    while True:
        try:
            await job()
        except Exception as exc:  # a job runner: whatever fails, the job must go on
            log.error("job.failed", job=name, error=type(exc).__name__, exc_info=exc)
        await asyncio.sleep(pause_seconds)

"""Claude over the sandbox's wire and a real database, on a clock that is moved by hand."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from integrations.sandbox.claude import ClaudeSandbox
from store.database import Database
from tests.agents.claude_stage import Stage


class Clock:
    """Stands still until it is moved; sleeping moves it. `slept` is for how long, each time."""

    def __init__(self) -> None:
        self._now = datetime(2026, 11, 20, 7, 30, tzinfo=UTC)
        self.slept: list[float] = []

    def now(self) -> datetime:
        return self._now

    def advance(self, **by: float) -> None:
        self._now += timedelta(**by)

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.advance(seconds=seconds)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def sandbox(clock: Clock) -> AsyncIterator[ClaudeSandbox]:
    claude = ClaudeSandbox(clock=clock.now, sleep=clock.sleep)
    await claude.start()
    yield claude
    await claude.stop()


@pytest.fixture
def reached() -> asyncio.Event:
    """Set once a question has come to the silent one."""
    return asyncio.Event()


@pytest.fixture
async def silent(clock: Clock, reached: asyncio.Event) -> AsyncIterator[ClaudeSandbox]:
    """One that takes a question and never answers."""

    async def sleep(seconds: float) -> None:
        reached.set()
        await asyncio.Event().wait()

    claude = ClaudeSandbox(clock=clock.now, sleep=sleep)
    await claude.start()
    claude.faults.slow(seconds=60, times=9)
    yield claude
    await claude.stop()


@pytest.fixture
async def stage(sandbox: ClaudeSandbox, sqlite_database: Database, clock: Clock) -> AsyncIterator[Stage]:
    made = Stage(sandbox, sqlite_database, clock)
    yield made
    await made.close()


@pytest.fixture
async def any_stage(sandbox: ClaudeSandbox, database: Database, clock: Clock) -> AsyncIterator[Stage]:
    """The same, on both kinds of database."""
    made = Stage(sandbox, database, clock)
    yield made
    await made.close()

"""Claude over the sandbox's wire and a real database, on a clock that is moved by hand."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from integrations.sandbox.claude import ClaudeSandbox
from store.database import Database
from tests.agents.claude_stage import Stage
from tests.hand_clock import HandClock


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
async def sandbox(clock: HandClock) -> AsyncIterator[ClaudeSandbox]:
    claude = ClaudeSandbox(clock=clock.now, sleep=clock.sleep)
    await claude.start()
    yield claude
    await claude.stop()


@pytest.fixture
def reached() -> asyncio.Event:
    """Set once a question has come to the silent one."""
    return asyncio.Event()


@pytest.fixture
async def silent(clock: HandClock, reached: asyncio.Event) -> AsyncIterator[ClaudeSandbox]:
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
async def stage(sandbox: ClaudeSandbox, sqlite_database: Database, clock: HandClock) -> AsyncIterator[Stage]:
    made = Stage(sandbox, sqlite_database, clock)
    yield made
    await made.close()


@pytest.fixture
async def any_stage(sandbox: ClaudeSandbox, database: Database, clock: HandClock) -> AsyncIterator[Stage]:
    """The same, on both kinds of database."""
    made = Stage(sandbox, database, clock)
    yield made
    await made.close()

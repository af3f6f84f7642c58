"""A sandbox Claude on a clock that is moved by hand, and the real SDK on its wire."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from anthropic import AsyncAnthropic

from integrations.sandbox.claude import ClaudeSandbox
from tests.integrations.mcp_servers.test_memory import host  # noqa: F401


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
async def client(sandbox: ClaudeSandbox) -> AsyncIterator[AsyncAnthropic]:
    async with AsyncAnthropic(base_url=sandbox.url, api_key=sandbox.api_key, max_retries=0, timeout=20) as sdk:
        yield sdk

"""A sandbox Claude on a clock that is moved by hand, and the real SDK on its wire."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from anthropic import AsyncAnthropic

from integrations.sandbox.claude import ClaudeSandbox
from tests.hand_clock import HandClock
from tests.integrations.mcp_servers.test_memory import host  # noqa: F401 - a fixture, used by its name


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
async def client(sandbox: ClaudeSandbox) -> AsyncIterator[AsyncAnthropic]:
    async with AsyncAnthropic(base_url=sandbox.url, api_key=sandbox.api_key, max_retries=0, timeout=20) as sdk:
        yield sdk

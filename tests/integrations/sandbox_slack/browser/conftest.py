"""The sandbox's page in one Chromium for all tests of a worker."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio
from playwright.async_api import Browser, Page, async_playwright, expect
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from integrations.sandbox.slack import SlackSandbox
from tests.integrations.sandbox_slack.conftest import FrozenClock
from tests.integrations.sandbox_slack.people import ANNA
from tests.integrations.sandbox_slack.wire import connected_app, running_slack

CHROMIUM = Path("/usr/bin/chromium")


@pytest_asyncio.fixture(scope="package", loop_scope="package")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="package")
async def slack(clock: FrozenClock) -> AsyncIterator[SlackSandbox]:
    async with running_slack(clock.now) as sandbox:
        yield sandbox


@pytest_asyncio.fixture(loop_scope="package")
async def app(slack: SlackSandbox, client: AsyncWebClient) -> AsyncIterator[AsyncApp]:
    async with connected_app(slack, client) as bolt:
        yield bolt


@pytest_asyncio.fixture(loop_scope="package")
async def page(slack: SlackSandbox, browser: Browser) -> AsyncIterator[Page]:
    """Acting as Anna, in a window that remembers nothing of others; fails where the page logged an error."""
    page = await browser.new_page(viewport={"width": 1440, "height": 900})
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
    await page.goto(f"{slack.url}/?user={ANNA}")
    await expect(page.locator(".person[aria-current=true]")).to_contain_text("Anna Ruiz")
    yield page
    await page.close()
    assert errors == []

"""The sandbox's page in Chromium, for the tests that use it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page, async_playwright, expect

from integrations.sandbox.slack import SlackSandbox
from tests.integrations.sandbox_slack.people import ANNA

CHROMIUM = Path("/usr/bin/chromium")


@pytest.fixture
async def page(slack: SlackSandbox) -> AsyncIterator[Page]:
    """Acting as Anna; fails where the page logged an error."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = await browser.new_page(viewport={"width": 1440, "height": 900})
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
        await page.goto(f"{slack.url}/?user={ANNA}")
        await expect(page.locator(".person[aria-current=true]")).to_contain_text("Anna Ruiz")
        yield page
        await browser.close()
        assert errors == []

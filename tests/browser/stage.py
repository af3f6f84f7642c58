"""The demonstration and Chromium, the same each time: one world, one last morning, one locale."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path

from playwright.async_api import Browser, BrowserContext, Locator, Page, async_playwright

from bot.demo.demo import Demo, running_demo
from integrations.sandbox.world import build_world

CHROMIUM = shutil.which("chromium")
LAST_MORNING = date(2026, 6, 12)
_QUIET = ("--no-sandbox", "--disable-background-networking", "--disable-component-update", "--no-first-run")


@asynccontextmanager
async def demonstration(*, owners: int, accounts: int) -> AsyncIterator[Demo]:
    """The bot and its sandboxes on the last morning of an invented company, every brief delivered."""
    world = build_world(owners=owners, accounts_per_owner=accounts, end=LAST_MORNING)
    with tempfile.TemporaryDirectory(prefix="sergas-browser-") as home:
        os.environ["SERGAS_MEMORY_URL"] = "off"  # another process beside each of these would slow them all
        async with running_demo(world.company, home=Path(home), port=0, days=1) as demo:
            yield demo


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=_QUIET)
        yield browser
        await browser.close()


async def window(browser: Browser) -> BrowserContext:
    """A window of its own, with nothing remembered from others and no movement on the page."""
    return await browser.new_context(
        viewport={"width": 1280, "height": 900},
        locale="en-GB",
        timezone_id="Europe/Berlin",
        reduced_motion="reduce",
        color_scheme="light",
    )


def brief_on(page: Page) -> Locator:
    """The morning brief in the conversation."""
    heading = page.get_by_role("heading", name=re.compile("^Good morning"))
    return page.get_by_role("log").get_by_role("article").filter(has=heading)

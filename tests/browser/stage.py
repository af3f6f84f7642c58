"""The demonstration and Chromium, the same each time: one world, one locale."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import Browser, BrowserContext, Locator, Page, async_playwright

from bot.demo.demo import Demo, running_demo
from integrations.sandbox.world import build_world

CHROMIUM = shutil.which("chromium")
LAST_DAY = date(2026, 6, 12)  # nothing happens in the company afterwards
_QUIET = ("--no-sandbox", "--disable-background-networking", "--disable-component-update", "--no-first-run")


@asynccontextmanager
async def demonstration(*, owners: int, accounts: int, morning: date = LAST_DAY) -> AsyncIterator[Demo]:
    """The bot and its sandboxes on a morning of an invented company, every owner's first brief delivered."""
    world = build_world(owners=owners, accounts_per_owner=accounts, end=LAST_DAY)
    company = replace(world.company, as_of=morning)
    with tempfile.TemporaryDirectory(prefix="sergas-browser-") as home, pytest.MonkeyPatch.context() as patched:
        patched.setenv("SERGAS_MEMORY_URL", "off")  # another process beside each of these would slow them all
        async with running_demo(company, home=Path(home), port=0, days=1) as demo:
            yield demo


async def brief_again(demo: Demo, owner_ids: Sequence[str], day: date) -> None:
    """Let time pass until that day's brief reached these owners; others get none."""
    async with demo.bot.services.database.reading() as tx:
        people = [person for each in owner_ids if (person := await tx.people.get(each))]
    due = demo.bot.services.settings.brief.time
    demo.clock.advance_to(max(datetime.combine(day, due, ZoneInfo(person.timezone)) for person in people))
    demo.zoho.play(demo.clock.now())
    await demo.bot.jobs.writes.expire()
    await demo.bot.gate.snooze.wake()
    await demo.bot.jobs.syncs()
    await demo.bot.jobs.mornings([person.id for person in people])
    await demo.slack.settled()


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=_QUIET)
        yield browser
        await browser.close()


async def window(browser: Browser, *, phone: bool = False) -> BrowserContext:
    """A window of its own, with nothing remembered from others and no movement on the page."""
    return await browser.new_context(
        viewport={"width": 390, "height": 844} if phone else {"width": 1280, "height": 900},
        is_mobile=phone,
        has_touch=phone,
        locale="en-GB",
        timezone_id="Europe/Berlin",
        reduced_motion="reduce",
        color_scheme="light",
    )


async def shut(page: Page) -> None:
    """Close the panel behind the scenes, which covers the rest on a phone."""
    close = page.get_by_role("button", name="Close behind the scenes")
    if await close.is_visible():
        await close.click()


def brief_on(page: Page) -> Locator:
    """The latest morning brief in the conversation."""
    head = page.locator('[data-block="header"]')
    return page.get_by_role("log").get_by_role("article").filter(has=head).last

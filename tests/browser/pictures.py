"""Make the README's pictures anew: `python -m tests.browser.pictures [folder]`.

The same world gives the same pictures, but for the mark that the new task carries: proposals have random ids.
"""

from __future__ import annotations

import asyncio
import sys
from datetime import timedelta
from pathlib import Path

from playwright.async_api import Page, expect

from bot.demo.demo import Demo
from bot.telemetry import configure_logging
from tests.browser.stage import brief_on, chromium, demonstration, window

PICTURES = Path(__file__).parents[2] / "docs" / "pictures"
# The clock then stands just after a full minute, which does not turn while the pictures are taken.
AFTER_COFFEE = timedelta(minutes=5)


async def take(folder: Path) -> None:
    """The brief in light and dark, the Adjust modal, and the card after approval with the CRM record beside it."""
    async with demonstration(owners=1, accounts=20) as demo, chromium() as browser:
        demo.clock.advance(AFTER_COFFEE)
        page = await (await window(browser)).new_page()
        await _open(page, demo)
        await page.get_by_role("button", name="Close behind the scenes").click()
        await page.screenshot(path=folder / "brief-light.png")
        await page.emulate_media(color_scheme="dark")
        await page.screenshot(path=folder / "brief-dark.png")
        await page.emulate_media(color_scheme="light")
        await _adjusting(page, folder / "adjust-modal.png")
        await _approved(page, folder / "approved.png")


async def _open(page: Page, demo: Demo) -> None:
    await page.goto(demo.slack.url)
    await expect(brief_on(page)).to_be_visible()
    await expect(page.locator("[data-record]").first).to_be_visible()


async def _adjusting(page: Page, path: Path) -> None:
    await brief_on(page).get_by_role("button", name="Adjust").first.click()
    await expect(page.get_by_role("dialog").get_by_label("Task")).to_be_focused()
    await page.screenshot(path=path)
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_have_count(0)


async def _approved(page: Page, path: Path) -> None:
    await page.get_by_role("button", name="Behind the scenes").click()
    await brief_on(page).get_by_role("button", name="Approve").first.click()
    await expect(brief_on(page)).to_contain_text("task created, due")
    await expect(
        page.locator("[data-record]").get_by_role("listitem").filter(has=page.get_by_text("New", exact=True))
    ).to_be_visible()
    await page.mouse.move(0, 0)
    await page.screenshot(path=path)


if __name__ == "__main__":
    configure_logging(level="WARNING", form="json")
    asyncio.run(take(Path(sys.argv[1]) if len(sys.argv) > 1 else PICTURES))

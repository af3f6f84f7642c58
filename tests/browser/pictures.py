"""Make the pictures of README and docs anew: `python -m tests.browser.pictures [folder]`.

The same world gives the same pictures, but for the mark that the new task carries: proposals have random ids.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Literal

from playwright.async_api import Browser, Page, expect

from bot.demo.demo import Demo
from bot.telemetry import configure_logging
from tests.browser.scenes import take_scenes
from tests.browser.stage import LAST_DAY, brief_again, brief_on, chromium, demonstration, window

MORNINGS = tuple(LAST_DAY - timedelta(days=before) for before in (3, 2, 1, 0))
PICTURES = Path(__file__).parents[2] / "docs" / "pictures"
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
TALLEST = 2_400  # pixels of a phone's screen that shows a whole brief
# The height that the conversation has and its last message doesn't need.
SPARE = """message => {
  const below = Number.parseFloat(getComputedStyle(message.parentElement).paddingBottom);
  return message.parentElement.clientHeight - message.offsetHeight - below;
}"""
# The clock then stands just after a full minute, which does not turn while the pictures are taken.
AFTER_COFFEE = timedelta(minutes=5)


async def take(folder: Path) -> None:
    """The same owner's first and fourth brief on a phone, light and dark, the first also as an e-mail; in a wide window the Adjust
    modal, and a card after approval with the CRM record beside it; and what rarely happens."""
    async with demonstration(owners=1, accounts=20, morning=MORNINGS[0]) as demo, chromium() as browser:
        demo.clock.advance(AFTER_COFFEE)
        await _first_day(demo, browser, folder)
        await _by_mail(demo, browser, folder)
        await _decide(demo, browser, folder)
        async with demo.bot.services.database.reading() as tx:
            owner = await tx.people.by_email(demo.slack.workspace.installation.users[0].email)
        assert owner is not None
        for day in MORNINGS[1:]:
            await brief_again(demo, [owner.id], day)
        await _fourth_day(demo, browser, folder)
        await take_scenes(folder, browser)


async def _first_day(demo: Demo, browser: Browser, folder: Path) -> None:
    """The whole brief, and the evidence behind its first card."""
    async with _phone(demo, browser) as page:
        await _whole(page, folder, "day-1")
        await brief_on(page).get_by_role("button", name="Why?").first.click()
        await expect(page.get_by_role("dialog")).to_contain_text("What Approve writes")
        await _both(page, folder, "why")
        await page.keyboard.press("Escape")
        await expect(page.get_by_role("dialog")).to_have_count(0)


async def _by_mail(demo: Demo, browser: Browser, folder: Path) -> None:
    """The same brief as an e-mail, in full."""
    context = await window(browser, phone=True)
    page = await context.new_page()
    await page.set_content(demo.mails.mails[0].html)
    for scheme in SCHEMES:
        await page.emulate_media(color_scheme=scheme)
        await page.screenshot(path=folder / f"mail-{scheme}.png", full_page=True)
    await context.close()


async def _decide(demo: Demo, browser: Browser, folder: Path) -> None:
    """The first card in Adjust, and approved, in a wide window; then as it is on the phone."""
    page = await (await window(browser)).new_page()
    await _open(page, demo)
    await page.get_by_role("button", name="Close behind the scenes").click()
    await _adjusting(page, folder / "adjust-modal.png")
    await _approved(page, folder / "approved.png")
    await page.context.close()
    async with _phone(demo, browser) as phone:
        await _both(phone, folder, "decided")


async def _fourth_day(demo: Demo, browser: Browser, folder: Path) -> None:
    async with _phone(demo, browser) as page:
        await _whole(page, folder, "day-4")
        group = brief_on(page).locator('[data-block="open"]')
        await group.locator(".container-toggle").click()
        await expect(group.get_by_role("button", name="Decide").first).to_be_visible()
        await group.scroll_into_view_if_needed()
        await _both(page, folder, "still-open")


@asynccontextmanager
async def _phone(demo: Demo, browser: Browser) -> AsyncIterator[Page]:
    context = await window(browser, phone=True)
    page = await context.new_page()
    await _open(page, demo)
    yield page
    await context.close()


async def _whole(page: Page, folder: Path, name: str) -> None:
    """The conversation on a screen that is as tall as the brief needs."""
    screen = page.viewport_size
    assert screen is not None
    await page.set_viewport_size(screen | {"height": TALLEST})
    spare = int(await brief_on(page).evaluate(SPARE))
    await page.set_viewport_size(screen | {"height": TALLEST - spare})
    await brief_on(page).evaluate("message => message.scrollIntoView({ block: 'start' })")
    await _both(page, folder, name)
    await page.set_viewport_size(screen)


async def _both(page: Page, folder: Path, name: str) -> None:
    await page.mouse.move(0, 0)
    for scheme in SCHEMES:
        await page.emulate_media(color_scheme=scheme)
        await page.screenshot(path=folder / f"{name}-{scheme}.png")
    await page.emulate_media(color_scheme="light")


async def _open(page: Page, demo: Demo) -> None:
    await page.goto(demo.slack.url)
    await expect(brief_on(page)).to_be_visible()
    await expect(page.locator("[data-record]").first).to_be_attached()


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

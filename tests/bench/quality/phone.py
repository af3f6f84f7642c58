"""The briefs on a phone: the sandbox's page in headless Chromium, 390 × 844."""

from __future__ import annotations

import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import Page, async_playwright

from store.domain.errors import BadInput
from tests.bench.quality.seen import Look, Seen

WIDTH, HEIGHT = 390, 844
_APPROVE = re.compile("^(Approve|Read and approve|Decide)$")
_QUIET = ("--no-sandbox", "--disable-background-networking", "--disable-component-update", "--no-first-run")
_WHAT_SHOWS = """([message, approve]) => {
  const log = document.getElementById("messages").getBoundingClientRect();
  const button = approve?.getBoundingClientRect();
  return {
    screens: message.getBoundingClientRect().height / log.height,
    approve: button ? button.top >= log.top && button.bottom <= log.bottom : null,
  };
}"""


class Phone:
    def __init__(self, page: Page, url: str) -> None:
        self._page = page
        self._url = url

    async def look(self, seen: Seen) -> Look:
        """Open the person's conversation, which starts at the top of its last message if that is longer than the screen."""
        await self._page.goto(f"{self._url}/?user={seen.user_id}")
        message = self._page.locator(f'#messages article[data-item="{seen.ts}"]')
        await message.wait_for()
        approve = message.get_by_role("button", name=_APPROVE)
        first = await approve.first.element_handle() if await approve.count() else None
        shows = await self._page.evaluate(_WHAT_SHOWS, [await message.element_handle(), first])
        return Look(screens=shows["screens"], approve_in_sight=shows["approve"])


@asynccontextmanager
async def phone(url: str) -> AsyncIterator[Phone]:
    """Raises: BadInput if there is no Chromium on this machine."""
    chromium = shutil.which("chromium")
    if chromium is None:
        raise BadInput("--browser needs the program chromium, which is not on this machine.")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=_QUIET)
        context = await browser.new_context(
            viewport={"width": WIDTH, "height": HEIGHT},
            locale="en-GB",
            is_mobile=True,
            has_touch=True,
            reduced_motion="reduce",
        )
        yield Phone(await context.new_page(), url)
        await browser.close()

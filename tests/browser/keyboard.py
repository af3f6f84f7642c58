"""The keyboard alone: Tab until a control has the focus, then press it."""

from __future__ import annotations

import pytest
from playwright.async_api import Locator, Page, expect

MOST_TABS = 80


async def tab_to(page: Page, control: Locator, *, within: int = MOST_TABS) -> None:
    """Press Tab until this has the focus. Fails after so many presses."""
    await expect(control).to_be_visible()
    for _ in range(within):
        if await control.evaluate("node => node === document.activeElement"):
            return
        await page.keyboard.press("Tab")
    pytest.fail(f"{control} is not within {within} presses of Tab")


async def press(page: Page, control: Locator) -> None:
    """Tab to it, then Enter, or Space to choose it."""
    await tab_to(page, control)
    chosen = await control.evaluate("node => ['radio', 'checkbox'].includes(node.type)")
    await page.keyboard.press("Space" if chosen else "Enter")

"""The forms of My settings, the pause and the features on one page, by keyboard alone: none breaks a rule of axe-core."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from store.domain.running.features import Feature
from tests.axe import violations, violations_anywhere
from tests.browser.keyboard import press, tab_to
from tests.browser.stage import window
from tests.flows.openings import Opening
from tests.flows.people.test_my_settings import settings_of
from tests.flows.stage import ANNAS, MORNING, Stage, stage

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="package")]


@pytest_asyncio.fixture(loop_scope="package")
async def made(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Stage]:
    """Tuesday morning; Anna is an administrator."""
    async with stage(sqlite_url, tmp_path, opening=Opening.MORNING, administrators="anna@example.com") as made:
        assert await made.look(MORNING)
        yield made


async def test_every_form_is_filled_in_by_keyboard_and_breaks_no_rule(made: Stage, browser: Browser) -> None:
    context = await window(browser)
    page = await context.new_page()
    found = [*await _settings(made, page), *await _features(page)]
    await context.close()
    assert found == []


async def _settings(made: Stage, page: Page) -> list[str]:
    """A country with regions is chosen, and no day is left; then the pause."""
    await _home(made, page)
    home, dialog = page.get_by_role("tabpanel", name="Home"), page.get_by_role("dialog")
    await press(page, home.get_by_role("button", name="My settings"))
    for day in ("Mon", "Tue", "Wed", "Thu", "Fri"):
        await press(page, dialog.get_by_label(day))
    await tab_to(page, dialog.get_by_label("Public holidays of"))
    await page.keyboard.press("ArrowDown")
    await page.keyboard.type("Germany")
    await page.keyboard.press("Enter")
    await expect(dialog.get_by_label("Region")).to_be_visible()
    await press(page, dialog.get_by_role("button", name="Save"))
    await expect(dialog.get_by_role("alert").filter(has_text="Choose at least one day")).to_be_visible()
    found = await violations_anywhere(page)
    assert (await settings_of(made)).working_days is None
    await page.keyboard.press("Escape")
    await press(page, home.get_by_role("button", name="Pause brief"))
    await expect(dialog).to_contain_text("Empty: until you resume.")
    found += await violations(page)  # in dark colours, as left by the last check
    await page.keyboard.press("Escape")
    return found


async def _features(page: Page) -> list[str]:
    """Reminders are switched off."""
    home, dialog = page.get_by_role("tabpanel", name="Home"), page.get_by_role("dialog")
    await press(page, home.get_by_role("button", name="Features"))
    await press(page, dialog.get_by_label(Feature.REMINDERS.label))
    found = await violations_anywhere(page)
    await press(page, dialog.get_by_role("button", name="Save"))
    await expect(home).to_contain_text("Off for everyone: Reminders")
    return found


async def _home(made: Stage, page: Page) -> None:
    """Anna's Home, from the messages by keyboard."""
    await page.goto(f"{made.slack.url}/?user={ANNAS}")
    await press(page, page.get_by_role("tab", name="Messages"))
    await page.keyboard.press("ArrowRight")
    await expect(page.get_by_role("button", name="My settings")).to_be_visible()

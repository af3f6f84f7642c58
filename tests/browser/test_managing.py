"""A manager's morning through to a decision, on a phone and at a desk, by keyboard alone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, expect

from tests.axe import violations_anywhere
from tests.browser.keyboard import press
from tests.browser.stage import window
from tests.flows.company import BOB, MIA
from tests.flows.openings import Opening
from tests.flows.stage import ANNAS, MIAS, Stage, stage
from tests.flows.team import away

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="package")]

WIDTHS = pytest.mark.parametrize("phone", [True, False], ids=["390", "1280"])


@pytest_asyncio.fixture(loop_scope="package")
async def managed(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Stage]:
    """Mia has the message about Anna and Bob; Bob is away, and she decides for him."""
    async with stage(sqlite_url, tmp_path, opening=Opening.MORNING) as made:
        await away(made, BOB, delegate=MIA)
        await made.bot.jobs.teams()
        yield made


@WIDTHS
async def test_a_managers_morning_through_to_a_decision_by_keyboard_alone(
    managed: Stage, browser: Browser, phone: bool
) -> None:
    context = await window(browser, phone=phone)
    page = await _page(await context.new_page(), managed, MIAS)
    message = _message(page)
    await expect(message).to_contain_text("your team, Tue 24 Mar")
    await expect(message).to_contain_text("3 to decide")
    await expect(message).to_contain_text("Bob Chan is away until Fri 27 Mar; you decide for them.")
    waiting = message.get_by_role("row").filter(has_text="Anna Berg").get_by_role("cell").first
    await expect(waiting).to_have_text("2")

    opens = message.get_by_role("button", name="Anna Berg · 2")
    await press(page, opens)
    dialog = page.get_by_role("dialog")
    await expect(dialog.get_by_role("heading", name="Anna Berg")).to_be_visible()
    await expect(dialog.get_by_role("button", name="Approve")).to_have_count(2)
    await press(page, dialog.get_by_role("button", name="Approve").first)
    await expect(dialog).to_contain_text("task created")
    await expect(dialog.get_by_role("button", name="Approve")).to_have_count(1)
    await expect(message).to_contain_text("2 still to decide")

    await press(page, dialog.get_by_role("button", name="Reject"))
    await expect(dialog.last).to_contain_text("Why?")
    await press(page, dialog.last.get_by_label("It's wrong"))
    await press(page, dialog.last.get_by_role("button", name="Reject", exact=True))
    await expect(dialog).to_contain_text("Rejected")
    await page.keyboard.press("Escape")
    await expect(dialog).to_have_count(0)
    await expect(waiting).to_have_text("0")
    assert len(managed.zoho.ledger) == 1
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    await context.close()

    owner = await _page(await (await window(browser, phone=phone)).new_page(), managed, ANNAS)
    await expect(owner.get_by_role("log")).to_contain_text("by Mia Lind")
    await owner.context.close()


@WIDTHS
async def test_the_home_opens_the_same_and_lists_what_the_manager_decided(
    managed: Stage, browser: Browser, phone: bool
) -> None:
    context = await window(browser, phone=phone)
    page = await _page(await context.new_page(), managed, MIAS)
    await press(page, page.get_by_role("tab", name="Messages"))
    await page.keyboard.press("ArrowRight")
    home = page.get_by_role("tabpanel", name="Home")
    await expect(home).to_contain_text("Bob Chan: 1 to decide")
    await press(page, home.get_by_role("button", name="Bob Chan · 1"))
    dialog = page.get_by_role("dialog")
    await expect(dialog).to_contain_text("Away until Fri 27 Mar; you decide meanwhile.")
    await press(page, dialog.get_by_role("button", name="Approve"))
    await expect(dialog).to_contain_text("created")
    await page.keyboard.press("Escape")
    await expect(home).to_contain_text("Granite Works · for Bob Chan")
    await context.close()


async def test_no_rule_of_axe_is_broken_in_the_message_the_window_and_the_home(
    managed: Stage, browser: Browser
) -> None:
    context = await window(browser)
    page = await _page(await context.new_page(), managed, MIAS)
    message = _message(page)
    found = await violations_anywhere(page)
    await message.get_by_role("button", name="Anna Berg · 2").click()
    dialog = page.get_by_role("dialog")
    await expect(dialog.get_by_role("button", name="Approve")).to_have_count(2)
    found += await violations_anywhere(page)
    await dialog.get_by_role("button", name="Approve").first.click()
    await expect(dialog).to_contain_text("task created, due")
    found += await violations_anywhere(page)
    await page.keyboard.press("Escape")
    await page.get_by_role("tab", name="Home").click()
    await expect(page.get_by_role("tabpanel", name="Home")).to_contain_text("for Anna Berg")
    found += await violations_anywhere(page)
    await context.close()
    assert found == []


def _message(page: Page) -> Locator:
    return page.get_by_role("log").get_by_role("article").filter(has_text="your team, Tue 24 Mar")


async def _page(page: Page, made: Stage, user_id: str) -> Page:
    await page.goto(f"{made.slack.url}/?user={user_id}")
    await page.get_by_role("log").get_by_role("article").last.wait_for()
    return page

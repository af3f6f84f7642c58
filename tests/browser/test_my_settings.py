"""One's own settings, Snooze and the ways back, on a phone and at a desk, by keyboard alone. Nothing breaks a rule of axe-core."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import time
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from store.domain.crm.personal_settings import PersonalSettings
from store.domain.gate.proposals import State
from tests.axe import violations
from tests.browser.keyboard import press, tab_to
from tests.browser.stage import window
from tests.flows.company import ANNA
from tests.flows.openings import Opening
from tests.flows.people.test_my_settings import settings_of
from tests.flows.stage import ANNAS, Stage, stage

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="package")]

WIDTHS = pytest.mark.parametrize("phone", [True, False], ids=["390", "1280"])


@pytest_asyncio.fixture(loop_scope="package")
async def made(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Stage]:
    """Tuesday morning: Anna has her brief."""
    async with stage(sqlite_url, tmp_path, opening=Opening.MORNING) as made:
        yield made


@WIDTHS
async def test_settings_are_changed_put_back_and_undone_by_keyboard_alone(
    made: Stage, browser: Browser, phone: bool
) -> None:
    context = await window(browser, phone=phone)
    page = await at_home(await context.new_page(), made)
    home, dialog = page.get_by_role("tabpanel", name="Home"), page.get_by_role("dialog")

    await press(page, home.get_by_role("button", name="My settings"))
    await expect(dialog).to_contain_text("Default: 08:00.")
    assert await violations(page) == []
    await expect(dialog.get_by_label("Brief at")).to_be_focused()
    await page.keyboard.type("0915AM")
    await press(page, dialog.get_by_label("Sat"))
    await tab_to(page, dialog.get_by_label("Public holidays of"))
    await page.keyboard.press("ArrowDown")  # opens the menu
    await page.keyboard.type("Germany")
    await page.keyboard.press("Enter")
    await tab_to(page, dialog.get_by_label("Region"))
    await page.keyboard.type("Bay")
    await press(page, dialog.get_by_role("button", name="Save"))
    own = "Your settings: brief at 09:15 · Mon–Sat · holidays of Bayern, Germany"
    await expect(home).to_contain_text(own)
    await expect(home).to_contain_text("Next brief: Wed 25 Mar 09:15.")
    assert await violations(page) == []
    assert await settings_of(made) == PersonalSettings(
        brief_time=time(9, 15), working_days=frozenset(range(6)), country="DE", region="BY"
    )

    await press(page, home.get_by_role("button", name="My settings"))
    await tab_to(page, dialog.get_by_label("Back to default"))
    await page.keyboard.press("ArrowDown")
    await page.keyboard.type("Brief")
    await page.keyboard.press("Enter")
    await expect(dialog).to_contain_text("Back to the default: brief at 08:00. Save to keep it.")
    await expect(dialog.get_by_label("Brief at")).to_have_value("08:00")
    assert await violations(page) == []
    await press(page, dialog.get_by_role("button", name="Save"))
    await expect(home).to_contain_text("Your settings: Mon–Sat")

    await press(page, home.get_by_role("button", name="My settings"))
    await press(page, dialog.get_by_role("button", name="Undo last change"))
    await expect(dialog).to_contain_text("Undone")
    await expect(dialog.get_by_label("Brief at")).to_have_value("09:15")
    await page.keyboard.press("Escape")
    await expect(home).to_contain_text(own)
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    await context.close()


@WIDTHS
async def test_quiet_hours_by_day_are_refused_beside_their_field_and_a_pause_begins_and_ends(
    made: Stage, browser: Browser, phone: bool
) -> None:
    context = await window(browser, phone=phone)
    page = await at_home(await context.new_page(), made)
    home, dialog = page.get_by_role("tabpanel", name="Home"), page.get_by_role("dialog")
    await press(page, home.get_by_role("button", name="My settings"))
    await tab_to(page, dialog.get_by_label("Quiet from"))
    await page.keyboard.type("0700AM")
    await press(page, dialog.get_by_role("button", name="Save"))
    await expect(dialog.get_by_role("alert").filter(has_text="Quiet hours go over night")).to_be_visible()
    await expect(dialog.get_by_label("Quiet from")).to_be_focused()
    assert await violations(page) == []
    await page.keyboard.press("Escape")
    await expect(dialog).to_have_count(0)

    await press(page, home.get_by_role("button", name="Pause brief"))
    await expect(dialog).to_contain_text("Empty: until you resume.")
    assert await violations(page) == []
    await press(page, dialog.get_by_role("button", name="Pause", exact=True))
    await expect(home).to_contain_text("Your brief is paused.")
    assert await violations(page) == []
    await press(page, home.get_by_role("button", name="Resume brief"))
    await expect(home).to_contain_text("Next brief: Wed 25 Mar 08:00.")
    assert await settings_of(made) == PersonalSettings()
    await context.close()


@WIDTHS
async def test_a_decision_is_snoozed_until_a_date_and_brought_back_from_the_home(
    made: Stage, browser: Browser, phone: bool
) -> None:
    context = await window(browser, phone=phone)
    page = await context.new_page()
    await page.goto(f"{made.slack.url}/?user={ANNAS}")
    card = page.get_by_role("log").get_by_role("article").last
    dialog, home = page.get_by_role("dialog"), page.get_by_role("tabpanel", name="Home")
    await tab_to(page, card.get_by_label("Snooze").first)
    await page.keyboard.press("ArrowDown")
    await page.keyboard.type("A date")
    await page.keyboard.press("Enter")
    await expect(dialog).to_contain_text("Ask again on")
    assert await violations(page) == []
    await press(page, dialog.get_by_role("button", name="Snooze", exact=True))
    await expect(card).to_contain_text("snoozed until Wed 25 Mar")
    async with made.bot.services.database.reading() as tx:
        [snoozed] = await tx.proposals.snoozed([ANNA])

    await at_home(page, made, opened=True)
    await expect(home.get_by_role("heading", name="Snoozed")).to_be_visible()
    assert await violations(page) == []
    await press(page, home.get_by_role("button", name="Bring back"))
    await expect(home.get_by_role("heading", name="Snoozed")).to_have_count(0)
    assert await made.state(snoozed.id) is State.PENDING

    await press(page, home.get_by_role("button", name="Reject").first)
    await press(page, dialog.get_by_label("It's wrong"))
    await press(page, dialog.get_by_role("button", name="Reject", exact=True))
    await expect(home.get_by_role("heading", name="Rejected")).to_be_visible()
    assert await violations(page) == []
    await press(page, home.get_by_role("button", name="Bring back"))
    await expect(home.get_by_role("heading", name="Rejected")).to_have_count(0)
    assert not made.zoho.ledger
    await context.close()


async def at_home(page: Page, made: Stage, *, opened: bool = False) -> Page:
    """Anna's page with the Home tab chosen, by keyboard."""
    if not opened:
        await page.goto(f"{made.slack.url}/?user={ANNAS}")
    await press(page, page.get_by_role("tab", name="Messages"))
    await page.keyboard.press("ArrowRight")
    await expect(page.get_by_role("button", name="My settings")).to_be_visible()
    return page

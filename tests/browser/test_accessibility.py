"""The whole page with the real bot behind it breaks no rule of axe-core: on a phone and at a desk, light and dark."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, expect

from bot.demo.demo import Demo
from tests.axe import violations_anywhere
from tests.browser.morning import Morning
from tests.browser.stage import shut, window
from tests.browser.test_access import MODALS, open_groups

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="package")]


@pytest_asyncio.fixture(loop_scope="package")
async def administrator(demo: Demo, browser: Browser) -> AsyncIterator[Page]:
    """The administrator's page, on which they said who they are."""
    async with demo.bot.services.database.reading() as tx:
        admins = [each.email for each in await tx.people.all() if each.role == "admin"]
    user = next(each for each in demo.slack.workspace.installation.users if each.email in admins)
    context = await window(browser)
    page = await context.new_page()
    await page.goto(f"{demo.slack.url}/?user={user.id}")
    yield page
    await context.close()


async def closed(page: Page) -> None:
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_have_count(0)


def home_of(page: Page) -> Locator:
    return page.get_by_role("tabpanel", name="Home")


async def test_the_brief_and_its_modals_break_no_rule(reading: Morning) -> None:
    page = reading.page
    assert await violations_anywhere(page) == []
    await shut(page)
    await open_groups(reading)
    assert await violations_anywhere(page) == []
    for name, said in MODALS.items():
        await reading.control(name).click()
        await expect(reading.dialog).to_contain_text(said)
        assert await violations_anywhere(page) == []
        await closed(page)


async def test_an_answer_in_its_thread_and_one_that_only_the_asker_sees_break_no_rule(morning: Morning) -> None:
    page = morning.page
    await shut(page)
    await morning.say("/review-account Zzyzx Unlimited")
    await expect(page.get_by_role("article").filter(has_text="You have no account called")).to_be_visible()
    await morning.say("what first?")
    await page.get_by_role("button", name="1 reply").click()
    await expect(page.locator("#thread-messages").get_by_role("article")).to_have_count(2)
    assert await violations_anywhere(page) == []


async def test_a_decision_by_keyboard_its_undo_and_its_audit_trail_break_no_rule(morning: Morning) -> None:
    page = morning.page
    await morning.control("Approve").focus()
    await page.keyboard.press("Enter")
    await expect(morning.words).to_contain_text("task created, due")
    await expect(morning.words).to_be_focused()
    await page.keyboard.press("Tab")
    assert await morning.message.evaluate("message => message.contains(document.activeElement)")
    assert await violations_anywhere(page) == []
    await page.get_by_role("tab", name="Audit trail").click()
    assert await violations_anywhere(page) == []
    await shut(page)
    await morning.control("Undo").click()
    await expect(morning.dialog).to_contain_text("Before")
    assert await violations_anywhere(page) == []
    await closed(page)


async def test_the_approval_of_several_breaks_no_rule(easy_morning: Morning) -> None:
    await shut(easy_morning.page)
    await easy_morning.message.get_by_role("button", name="low-risk").click()
    await expect(easy_morning.dialog).to_be_visible()
    assert await violations_anywhere(easy_morning.page) == []
    await closed(easy_morning.page)


async def test_the_home_and_its_modals_break_no_rule(reading: Morning) -> None:
    page = reading.page
    await shut(page)
    await page.get_by_role("tab", name="Home").click()
    await expect(home_of(page)).to_contain_text("To decide")
    assert await violations_anywhere(page) == []
    await home_of(page).get_by_role("button", name="I'm away").click()
    await expect(reading.dialog).to_contain_text("Delegate")
    assert await violations_anywhere(page) == []
    await closed(page)


async def test_the_administrators_home_and_the_question_who_they_are_break_no_rule(administrator: Page) -> None:
    page = administrator
    await page.get_by_role("tab", name="Home").click()
    yes = home_of(page).get_by_role("button", name="Yes, that is me")
    await expect(home_of(page)).to_contain_text(re.compile("Is this you|For administrators"))
    await shut(page)
    if await yes.count():
        assert await violations_anywhere(page) == []
        await yes.click()
    await expect(home_of(page)).to_contain_text("For administrators")
    assert await violations_anywhere(page) == []
    await home_of(page).get_by_role("button", name="Features").click()
    await expect(page.get_by_role("dialog")).to_contain_text("on for everyone")
    assert await violations_anywhere(page) == []


async def test_the_sandbox_crm_s_own_page_breaks_no_rule(demo: Demo, browser: Browser) -> None:
    context = await window(browser)
    page = await context.new_page()
    await page.goto(f"{demo.zoho.url}/oauth/v2/auth?response_type=code")
    await expect(page.get_by_role("link", name="Accept")).to_be_visible()
    assert await violations_anywhere(page) == []
    await context.close()

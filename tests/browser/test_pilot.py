"""The two questions about the brief and the figures in the Home, by keyboard, at a desk and on a phone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, expect

from bot.demo.demo import Demo
from integrations.sandbox.slack import SlackUser
from store.domain.brief.brief import Brief, Card
from store.domain.gate.remind_and_offer import is_working
from store.domain.pilot.survey import FIRST_AFTER, Decline, Survey
from tests.axe import violations_anywhere
from tests.browser.conftest import Owners, desk_of
from tests.browser.morning import Morning
from tests.browser.stage import shut

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="package")]


@pytest_asyncio.fixture(loop_scope="package")
async def asked(demo: Demo, browser: Browser, owners: Owners) -> AsyncIterator[Morning]:
    """An owner who had a brief two weeks ago already and is now, at work, asked about it for the first time."""
    user, brief, card = await _unasked(demo, owners)
    long_ago, day = demo.clock.now() - FIRST_AFTER, brief.local_date - FIRST_AFTER
    async with demo.bot.services.database.transaction() as tx:
        begun, _ = await tx.briefs.begin(brief.owner_id, day, brief_id=brief.id[::-1], now=long_ago)
        await tx.briefs.save(replace(brief, id=begun, local_date=day, cards=()))
        await tx.briefs.posted(begun, long_ago - timedelta(minutes=1))
    await demo.bot.pilot.survey()
    async with desk_of(user, brief, card, demo=demo, browser=browser) as morning:
        await expect(survey_on(morning)).to_be_visible()
        yield morning


async def _unasked(demo: Demo, owners: Owners) -> tuple[SlackUser, Brief, Card]:
    async with demo.bot.services.database.reading() as tx:
        for each in owners.deciding:
            brief = each[1]
            person = await tx.people.get(brief.owner_id)
            at_work = person is not None and is_working(person, demo.clock.now())
            if at_work and not await tx.surveys.last([brief.owner_id]):
                owners.deciding.remove(each)
                return each
    raise AssertionError("No one is left to ask.")


def survey_on(morning: Morning) -> Locator:
    return morning.page.get_by_role("article").filter(has_text="uestions about your brief").last


def button(morning: Morning, name: str) -> Locator:
    messages = morning.page.get_by_role("log").get_by_role("article")
    return messages.get_by_role("button", name=name, exact=True).last


async def kept(morning: Morning) -> Survey:
    async with morning.demo.bot.services.database.reading() as tx:
        return (await tx.surveys.last([morning.brief.owner_id]))[morning.brief.owner_id]


async def press(morning: Morning, name: str) -> None:
    await button(morning, name).focus()
    await morning.page.keyboard.press("Enter")


@pytest.mark.parametrize("width", [390, 1280])
async def test_the_survey_is_answered_changed_and_declined_by_keyboard(asked: Morning, width: int) -> None:
    page = asked.page
    await page.set_viewport_size({"width": width, "height": 844})
    await shut(page)
    assert await violations_anywhere(page) == []
    await page.set_viewport_size({"width": width, "height": 844})
    await press(asked, "Partly")
    await expect(button(asked, "✓ Partly")).to_be_visible()
    await press(asked, "Yes")
    await expect(survey_on(asked)).to_contain_text("Changed from “Partly” to “Yes”.")
    await press(asked, "Don't ask again")
    await expect(button(asked, "Ask me again")).to_be_visible()
    assert (await kept(asked)).declined is Decline.FOR_GOOD
    await press(asked, "Ask me again")
    await press(asked, "Often")
    await expect(survey_on(asked)).to_contain_text("Thank you.")
    found = await kept(asked)
    assert (found.worth, found.missed, found.declined) == ("yes", "often", None)
    assert await violations_anywhere(page) == []


async def test_the_home_shows_the_figures_and_their_details_by_keyboard(morning: Morning) -> None:
    page = morning.page
    await morning.control("Approve").click()
    await expect(morning.words).to_contain_text("task created, due")
    await shut(page)
    await page.get_by_role("tab", name="Home").click()
    home = page.get_by_role("tabpanel", name="Home")
    await expect(home).to_contain_text("Your last four weeks")
    await expect(home).to_contain_text("target 50%")
    assert await violations_anywhere(page) == []
    await home.get_by_role("button", name="Details").focus()
    await page.keyboard.press("Enter")
    await expect(morning.dialog).to_contain_text("By kind")
    assert await violations_anywhere(page) == []
    await page.keyboard.press("Escape")
    await expect(morning.dialog).to_have_count(0)

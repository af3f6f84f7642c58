"""Writing to the bot on the page: an answer with links, and a recommendation that is put off and brought back."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.browser.morning import Morning

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="package")]


async def test_a_question_is_answered_with_links_to_the_records(reading: Morning) -> None:
    await reading.say("show me everything stalled")
    asked = reading.page.get_by_role("article").filter(has_text="show me everything stalled").last
    await asked.get_by_role("button", name="1 reply").click(timeout=30_000)
    answer = reading.page.get_by_role("article").filter(has_text="Longest in their stage").last
    await expect(answer).to_be_visible(timeout=30_000)
    await expect(answer).to_contain_text("From:")
    assert await answer.get_by_role("link").count() > 0


async def test_what_is_put_off_in_writing_is_brought_back_on_its_card(morning: Morning) -> None:
    await morning.say(f"skip {morning.card.recommendations[0].title}, {morning.card.account_name}, for two weeks")
    await expect(morning.words).to_contain_text(f"snoozed until {morning.in_days(14)}", timeout=30_000)
    await expect(morning.control("Approve")).to_have_count(0)
    await morning.control("Bring back").click()
    await expect(morning.control("Approve")).to_be_visible()
    await expect(morning.words).to_contain_text(f"“{(await morning.task()).subject}”")
    assert morning.writes() == ()

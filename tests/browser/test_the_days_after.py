"""What was not decided on a Friday, on the mornings after. Time moves on here, so this file comes last."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import date, timedelta

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, expect

from bot.demo.demo import Demo
from store.domain.attention.ledger import Place
from store.domain.brief.brief import Card
from store.domain.gate.proposals import State
from tests.browser.conftest import Owners, desk_of
from tests.browser.morning import Morning
from tests.browser.stage import brief_again

MONDAY, TUESDAY, WEDNESDAY = (date(2026, 6, day) for day in (15, 16, 17))
pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="package")]


@dataclass(slots=True)
class Week:
    """The owners who answered nothing on Friday, at their desks; `day` is the last of which they have a brief."""

    desks: list[Morning]
    day: date

    async def morning(self, desk: int, day: date) -> Morning:
        """One of them before that day's brief. All get the briefs of the days until then."""
        while self.day < day:
            self.day = max(MONDAY, self.day + timedelta(days=1))
            await brief_again(self.desks[0].demo, [each.brief.owner_id for each in self.desks], self.day)
        found = self.desks[desk]
        async with found.demo.bot.services.database.reading() as tx:
            [brief] = await tx.briefs.recent(found.brief.owner_id, 1)
        assert brief.local_date == day
        heads = found.page.get_by_role("log").locator('[data-block="header"]')
        await expect(heads).to_have_count(day.day - MONDAY.day + 2)
        return replace(found, brief=brief, card=brief.cards[0], earlier=len(found.demo.zoho.ledger))


@pytest_asyncio.fixture(scope="module", loop_scope="package")
async def week(demo: Demo, browser: Browser, owners: Owners) -> AsyncIterator[Week]:
    async with AsyncExitStack() as stack:
        desks = [await stack.enter_async_context(desk_of(*each, demo=demo, browser=browser)) for each in owners.silent]
        yield Week(desks, desks[0].brief.local_date)


async def test_an_unanswered_decision_is_a_line_in_a_collapsed_group_and_is_approved_there(week: Week) -> None:
    monday = await week.morning(1, MONDAY)
    waiting = _placed(monday, Place.OPEN)
    group, line = monday.message.locator('[data-block="open"]'), monday.words_of(waiting[0])
    toggle = group.locator(".container-toggle")
    await expect(toggle).to_have_text(re.compile(rf"^Still open \({len(waiting)}\b"))
    await expect(line).to_be_hidden()
    friday = monday.page.get_by_role("log").locator(f'[data-block="card:{waiting[0].account_id}"]').first
    await expect(friday.locator("xpath=following-sibling::*[1]").get_by_role("button", name="Approve")).to_be_visible()
    await toggle.click()
    await expect(line).to_contain_text("since Fri")
    await line.get_by_role("button", name="Decide").click()
    await monday.dialog.get_by_role("button", name="Approve").click()

    await expect(line).to_contain_text("task created, due")
    await expect(friday).to_contain_text("task created, due")
    await expect(toggle).to_have_text(re.compile(rf"^Still open \({len(waiting) - 1}\b"))
    await expect(toggle).to_have_attribute("aria-expanded", "true")
    assert len(monday.writes()) == 1


async def test_a_morning_without_news_is_one_line_and_the_decision_is_read_whole_before_it_is_approved(
    week: Week,
) -> None:
    monday = await week.morning(0, MONDAY)
    await monday.message.locator('[data-block="open"] .container-toggle').click()
    *others, last = monday.brief.cards
    for card in others:
        await monday.words_of(card).get_by_role("button", name="Decide").click()
        await monday.dialog.get_by_role("button", name="Reject").click()
        await monday.dialog.get_by_label("Something else").check()
        await monday.dialog.get_by_role("button", name="Reject").click()
        await expect(monday.words_of(card)).to_contain_text("rejected: Something else")
    tuesday = await week.morning(0, TUESDAY)
    assert [(card.account_id, card.place) for card in tuesday.brief.cards] == [(last.account_id, Place.OPEN)]
    await expect(tuesday.message).to_contain_text(f"{last.account_name} is still open.")
    await expect(tuesday.message).not_to_contain_text("→")
    await tuesday.message.get_by_role("button", name="Decide", exact=True).click()
    for field in ("Task for you:", "Due:", "Priority:", "Description:"):
        await expect(tuesday.dialog).to_contain_text(field)
    assert tuesday.writes() == ()
    await tuesday.dialog.get_by_role("button", name="Approve").click()

    await expect(tuesday.dialog).to_have_count(0)
    await expect(tuesday.words).to_contain_text(f"{last.account_name}: task created, due")
    await expect(tuesday.control("Undo")).to_be_visible()
    await expect(tuesday.message.get_by_role("button", name="Decide", exact=True)).to_have_count(0)
    [write] = tuesday.writes()
    assert write.fields["Subject"] == (await tuesday.task()).subject


async def test_after_three_unanswered_briefs_one_press_keeps_a_decision_or_ends_it(week: Week) -> None:
    await week.morning(2, TUESDAY)
    wednesday = await week.morning(2, WEDNESDAY)
    kept, ended = _placed(wednesday, Place.QUESTION)
    for card in (kept, ended):
        await expect(_question(wednesday, card)).to_contain_text("Open since Fri 12 Jun. Does it still matter?")
    await _press(wednesday, kept, "Keep")
    await expect(wednesday.control("Approve", of=kept)).to_be_visible()
    await _press(wednesday, ended, "Not relevant")
    await expect(wednesday.words_of(ended)).to_contain_text("rejected: Not relevant")
    await expect(wednesday.control("Bring back", of=ended)).to_be_visible()
    assert [await _state(wednesday, card) for card in (kept, ended)] == [State.PENDING, State.REJECTED]


def _placed(morning: Morning, place: Place) -> list[Card]:
    return [card for card in morning.brief.cards if card.place is place]


def _question(morning: Morning, card: Card) -> Locator:
    return morning.message.locator(f'[data-block="question:{card.account_id}"]')


async def _press(morning: Morning, card: Card, name: str) -> None:
    await _question(morning, card).locator("+ .block-actions").get_by_role("button", name=name).click()


async def _state(morning: Morning, card: Card) -> State:
    return (await replace(morning, card=card).newest()).state

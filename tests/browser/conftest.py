"""One running demonstration for all journeys. Each test that decides does so on a card of its own; those that only read share
one brief, on which no one decides."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from bot.demo.demo import Demo
from integrations.sandbox.slack import SlackUser
from store.domain.brief.brief import Brief, Card
from store.domain.crm.accounts import Kind
from store.domain.gate.stakes import is_low_risk
from store.domain.gate.writes.create_task import CreateTask
from tests.browser.morning import Morning
from tests.browser.stage import CHROMIUM, brief_on, chromium, demonstration, window

expect.set_options(timeout=20_000)  # a slow machine gets time: what never comes fails all the same
PLAIN = re.compile(r"[\w .&-]+")
Desk = tuple[SlackUser, Brief]


@dataclass(frozen=True, slots=True, kw_only=True)
class Owners:
    """The owners by what tests do with their briefs. Of those in `deciding` each test gets the next card; those in `easy` have
    several recommendations of low risk; those in `silent` answer nothing on this day."""

    reading: Desk
    deciding: deque[tuple[SlackUser, Brief, Card]]
    silent: Sequence[Desk]
    easy: Sequence[Desk]


@pytest_asyncio.fixture(scope="package", loop_scope="package")
async def demo() -> AsyncIterator[Demo]:
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine")
    async with demonstration(owners=20, accounts=12) as demo:
        yield demo


@pytest_asyncio.fixture(scope="package", loop_scope="package")
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as browser:
        yield browser


@pytest_asyncio.fixture(scope="package", loop_scope="package")
async def owners(demo: Demo) -> Owners:
    """Accounts with marks in their names, which are shown altered, are left to the tests of hostile text."""
    plain = [
        (user, brief)
        for user, brief in await _briefs(demo)
        if all(PLAIN.fullmatch(card.account_name) for card in brief.cards)
    ]
    easy = [each for each in plain if await _may_be_batched(demo, each[1])]
    longest = sorted(
        (each for each in plain if each not in easy and all(map(_proposes_task, each[1].cards))),
        key=lambda each: (len(each[1].cards), bool(each[1].listed)),
    )
    reading, *silent = longest[-1], *longest[-4:-1]
    deciding = [each for each in plain if each not in easy and each not in longest[-4:]]
    return Owners(
        reading=reading,
        deciding=deque((*each, card) for each in deciding for card in each[1].cards if _proposes_task(card)),
        silent=silent,
        easy=easy,
    )


@pytest_asyncio.fixture(loop_scope="package")
async def reading(demo: Demo, browser: Browser, owners: Owners) -> AsyncIterator[Morning]:
    """An owner before a brief that no test decides on. Fails where the page logged an error or asked another host."""
    async with desk_of(*owners.reading, demo=demo, browser=browser) as morning:
        yield morning


@pytest_asyncio.fixture(loop_scope="package")
async def morning(demo: Demo, browser: Browser, owners: Owners) -> AsyncIterator[Morning]:
    """An owner before a card that no one has decided on. Fails as `reading` does."""
    user, brief, card = owners.deciding.popleft()
    async with desk_of(user, brief, card, demo=demo, browser=browser) as morning:
        yield morning


@pytest_asyncio.fixture(loop_scope="package")
async def easy_morning(demo: Demo, browser: Browser, owners: Owners) -> AsyncIterator[Morning]:
    """An owner with two recommendations of low risk, of which a single test decides. Fails as `reading` does."""
    async with desk_of(*owners.easy[0], demo=demo, browser=browser) as morning:
        yield morning


@asynccontextmanager
async def desk_of(
    person: SlackUser, brief: Brief, card: Card | None = None, *, demo: Demo, browser: Browser
) -> AsyncIterator[Morning]:
    context = await window(browser)
    page = await context.new_page()
    complaints = _complaints(page, demo.slack.url)
    await page.goto(f"{demo.slack.url}/?user={person.id}")
    await expect(brief_on(page)).to_be_visible()
    earlier = len(demo.zoho.ledger)
    yield Morning(demo=demo, person=person, brief=brief, card=card or brief.cards[0], page=page, earlier=earlier)
    if await page.get_by_role("dialog").count():  # the next test would find it open
        await page.keyboard.press("Escape")
        await expect(page.get_by_role("dialog")).to_have_count(0)
    await context.close()
    assert complaints == []


async def _briefs(demo: Demo) -> list[tuple[SlackUser, Brief]]:
    found = []
    async with demo.bot.services.database.reading() as tx:
        for user in demo.slack.workspace.installation.users:
            person = await tx.people.by_email(user.email)
            found += [(user, brief) for brief in (await tx.briefs.recent(person.id, 1) if person else ())]
    return found


async def _may_be_batched(demo: Demo, brief: Brief) -> bool:
    """Whether two or more of its recommendations can be approved at one press."""
    async with demo.bot.services.database.reading() as tx:
        ids = [proposal_id for card in brief.cards for proposal_id in card.proposal_ids]
        return sum(is_low_risk(each) for each in (await tx.proposals.in_force(ids)).values()) > 1


def _proposes_task(card: Card) -> bool:
    """Whether it proposes a task for something that has a page in the CRM, as notes have none."""
    [advice] = card.recommendations
    return isinstance(advice.write, CreateTask) and advice.evidence[0].kind is not Kind.NOTE


def _complaints(page: Page, origin: str) -> list[str]:
    """Filled as the page goes on: what it logged as an error and what it asked of others."""
    found: list[str] = []
    page.on("pageerror", lambda error: found.append(str(error)))
    page.on("console", lambda said: found.append(said.text) if said.type == "error" else None)
    page.on("request", lambda asked: None if asked.url.startswith(f"{origin}/") else found.append(asked.url))
    return found

"""One running demonstration for all journeys; each test acts as an owner who has decided nothing yet."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from bot.demo import Demo
from integrations.sandbox.slack import SlackUser
from store.domain.accounts import Kind
from store.domain.brief import Brief
from store.domain.proposals import CreateTask
from tests.browser.morning import Morning
from tests.browser.stage import CHROMIUM, brief_on, chromium, demonstration, window

PLAIN = re.compile(r"[\w .&-]+")
Undecided = Iterator[tuple[SlackUser, Brief]]


@pytest_asyncio.fixture(scope="package", loop_scope="package")
async def demo() -> AsyncIterator[Demo]:
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine")
    async with demonstration(owners=32, accounts=8) as demo:
        yield demo


@pytest_asyncio.fixture(scope="package", loop_scope="package")
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as browser:
        yield browser


@pytest_asyncio.fixture(scope="package", loop_scope="package")
async def undecided(demo: Demo) -> Undecided:
    """Owners whose first card proposes a task, with their briefs; each is handed out once. Accounts with marks in their
    names, which are shown altered, are left to the tests of hostile text."""
    found = []
    async with demo.bot.services.database.reading() as tx:
        for user in demo.slack.workspace.installation.users:
            person = await tx.people.by_email(user.email)
            for brief in await tx.briefs.recent(person.id, 1) if person else ():
                if _begins_with_task(brief) and all(PLAIN.fullmatch(card.account_name) for card in brief.cards):
                    found.append((user, brief))
    return iter(found)


@pytest_asyncio.fixture(loop_scope="package")
async def morning(demo: Demo, browser: Browser, undecided: Undecided) -> AsyncIterator[Morning]:
    """The next owner before their untouched brief. Fails where the page logged an error or asked another host."""
    person, brief = next(undecided)
    context = await window(browser)
    page = await context.new_page()
    complaints = _complaints(page, demo.slack.url)
    await page.goto(f"{demo.slack.url}/?user={person.id}")
    await expect(brief_on(page)).to_be_visible()
    yield Morning(demo=demo, person=person, brief=brief, page=page, earlier=len(demo.zoho.ledger))
    await context.close()
    assert complaints == []


def _begins_with_task(brief: Brief) -> bool:
    """Whether the first card proposes a task, for something that has a page in the CRM (notes have none)."""
    first = brief.cards[0].recommendations[0] if brief.cards else None
    return first is not None and isinstance(first.write, CreateTask) and first.evidence[0].kind is not Kind.NOTE


def _complaints(page: Page, origin: str) -> list[str]:
    """Filled as the page goes on: what it logged as an error and what it asked of others."""
    found: list[str] = []
    page.on("pageerror", lambda error: found.append(str(error)))
    page.on("console", lambda said: found.append(said.text) if said.type == "error" else None)
    page.on("request", lambda asked: None if asked.url.startswith(f"{origin}/") else found.append(asked.url))
    return found

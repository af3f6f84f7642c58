"""One running demonstration for all journeys; each test acts as an owner who has decided nothing yet."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from bot.demo.demo import Demo
from integrations.sandbox.slack import SlackUser
from store.domain.brief.brief import Brief
from store.domain.crm.accounts import Kind
from store.domain.gate.stakes import is_low_risk
from store.domain.gate.writes.create_task import CreateTask
from tests.browser.morning import Morning
from tests.browser.stage import CHROMIUM, brief_on, chromium, demonstration, window

expect.set_options(timeout=20_000)  # a slow machine gets time: what never comes fails all the same
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
    return iter(
        [
            (user, brief)
            for user, brief in await _briefs(demo)
            if _begins_with_task(brief)
            and all(PLAIN.fullmatch(card.account_name) for card in brief.cards)
            and not await _may_be_batched(demo, brief)
        ]
    )


@pytest_asyncio.fixture(loop_scope="package")
async def morning(demo: Demo, browser: Browser, undecided: Undecided) -> AsyncIterator[Morning]:
    """The next owner before their untouched brief. Fails where the page logged an error or asked another host."""
    async with _desk_of(*next(undecided), demo=demo, browser=browser) as morning:
        yield morning


@pytest_asyncio.fixture(loop_scope="package")
async def easy_morning(demo: Demo, browser: Browser) -> AsyncIterator[Morning]:
    """The owner with several recommendations of low risk."""
    easy, *_ = [each for each in await _briefs(demo) if await _may_be_batched(demo, each[1])]
    async with _desk_of(*easy, demo=demo, browser=browser) as morning:
        yield morning


@asynccontextmanager
async def _desk_of(person: SlackUser, brief: Brief, *, demo: Demo, browser: Browser) -> AsyncIterator[Morning]:
    context = await window(browser)
    page = await context.new_page()
    complaints = _complaints(page, demo.slack.url)
    await page.goto(f"{demo.slack.url}/?user={person.id}")
    await expect(brief_on(page)).to_be_visible()
    yield Morning(demo=demo, person=person, brief=brief, page=page, earlier=len(demo.zoho.ledger))
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

"""Pictures of what rarely happens: a handover, a leaver, advice that fell away, an agreed task that is late, work done already; and
of a manager's morning.

`tests.browser.pictures` takes them with the others. Each is a message as the tests of its flow leave it.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Literal

from playwright.async_api import Browser, Page

from store.database import Database
from tests.browser.stage import window
from tests.flows.accounts.test_own_tasks import asked_about_it
from tests.flows.accounts.test_reassign_accounts import left
from tests.flows.accounts.test_take_over import ACCOUNTS, NIAS, choose, opened
from tests.flows.company import ACME, ANNA, BOB, MIA, SLIPPING, happens
from tests.flows.gate.test_reject_for_a_reason import rejected
from tests.flows.gate.test_retract_proposals import AFTERNOON, next_morning
from tests.flows.openings import Opening
from tests.flows.stage import ANNAS, MIAS, Stage, stage
from tests.flows.team import away, opened_report

SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
BELOW = 130  # pixels of a phone's screen below the last message
Opened = Callable[[str, Path], AbstractAsyncContextManager[Stage]]


async def take_scenes(folder: Path, browser: Browser) -> None:
    for opening, scene in (
        (opened, _handover),
        (left, _leaver),
        (_morning, _fell_away),
        (_morning, _agreed),
        (_morning, _log),
        (_morning, _team),
    ):
        async with _staged(opening) as made:
            await scene(made, browser, folder)


async def _handover(made: Stage, browser: Browser, folder: Path) -> None:
    """The message, the confirmation in a wide window, and the result."""
    await _phone(made, browser, NIAS, folder / "handover")
    await choose(made, ACCOUNTS[:3])
    await _desk(made, browser, NIAS, folder / "handover-tasks.png")
    await made.slack.submit(NIAS, {})
    await made.until(NIAS, "3 of 3 introduction tasks written")
    await _phone(made, browser, NIAS, folder / "handover-taken")


async def _leaver(made: Stage, browser: Browser, folder: Path) -> None:
    await made.morning()
    await _phone(made, browser, MIAS, folder / "leaver")


async def _team(made: Stage, browser: Browser, folder: Path) -> None:
    """The manager's morning, and one person's decisions opened from it."""
    await away(made, BOB, delegate=MIA)
    await made.bot.jobs.teams()
    await _phone(made, browser, MIAS, folder / "team")
    await opened_report(made, ANNA)
    await _desk(made, browser, MIAS, folder / "team-cards.png")


async def _fell_away(made: Stage, browser: Browser, folder: Path) -> None:
    made.zoho.happens(happens("Deals", SLIPPING, AFTERNOON, Stage="Closed Won"))
    await next_morning(made)
    await _phone(made, browser, ANNAS, folder / "fell-away")


async def _agreed(made: Stage, browser: Browser, folder: Path) -> None:
    await asked_about_it(made)
    await _phone(made, browser, ANNAS, folder / "agreed-step")


async def _log(made: Stage, browser: Browser, folder: Path) -> None:
    await rejected(made, ACME, "done", "Called Sam on Monday, he is fine")
    await made.slack.submit(ANNAS, {})
    await made.until(ANNAS, "note added")
    await _phone(made, browser, ANNAS, folder / "log-it")


@asynccontextmanager
async def _staged(opening: Opened) -> AsyncIterator[Stage]:
    with tempfile.TemporaryDirectory(prefix="sergas-scenes-") as home:
        url = f"sqlite+aiosqlite:///{home}/sergas.db"
        await asyncio.to_thread(asyncio.run, _migrate(url))
        async with opening(url, Path(home)) as made:
            yield made


def _morning(url: str, home: Path) -> AbstractAsyncContextManager[Stage]:
    return stage(url, home, opening=Opening.MORNING)


async def _migrate(url: str) -> None:
    database = Database(url)
    await database.migrate()
    await database.close()


async def _phone(made: Stage, browser: Browser, user_id: str, path: Path) -> None:
    """The last message from its beginning, light and dark, on a screen that it fills."""
    await made.handled()
    context = await window(browser, phone=True)
    page = await _page(await context.new_page(), made, user_id)
    last = page.get_by_role("log").get_by_role("article").last
    top = await page.get_by_role("log").evaluate("log => log.getBoundingClientRect().top")
    height = int(top + await last.evaluate("message => message.offsetHeight")) + BELOW
    await page.set_viewport_size({"width": 390, "height": height})
    await last.evaluate("message => message.scrollIntoView({ block: 'start' })")
    await _both(page, lambda scheme: page.screenshot(path=path.with_name(f"{path.name}-{scheme}.png")))
    await context.close()


async def _desk(made: Stage, browser: Browser, user_id: str, path: Path) -> None:
    context = await window(browser)
    page = await _page(await context.new_page(), made, user_id)
    await page.get_by_role("dialog").wait_for()
    await page.screenshot(path=path)
    await context.close()


async def _page(page: Page, made: Stage, user_id: str) -> Page:
    await page.goto(f"{made.slack.url}/?user={user_id}")
    await page.get_by_role("log").get_by_role("article").last.wait_for()
    await page.mouse.move(0, 0)
    return page


async def _both(page: Page, take: Callable[[str], Awaitable[object]]) -> None:
    for scheme in SCHEMES:
        await page.emulate_media(color_scheme=scheme)
        await take(scheme)

"""Zoho tells that something changed, and the bot reads it soon; where nobody tells, the next regular read finds it."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from store.domain.crm.accounts import Account, Kind
from tests.flows.company import ACME, FIRST_NIGHT, happens
from tests.flows.stage import Stage, stage


@pytest.fixture
async def watching(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Stage]:
    """The CRM was read once, and tells from now on what changes."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}/zoho/changes"
    settings = {"slack_mode": "http", "http_port": port, "zoho_notify_url": url, "zoho_gather_seconds": 0.0}
    async with stage(sqlite_url, tmp_path, **settings) as made:
        assert await made.look(FIRST_NIGHT)
        await made.bot.jobs.watching()
        yield made


async def industry(made: Stage) -> str | None:
    async with made.bot.services.database.reading() as tx:
        account = await tx.snapshots.entity(Kind.ACCOUNT, ACME)
    assert isinstance(account, Account)
    return account.industry


async def open_channels(made: Stage) -> int:
    answer = await made.bot.services.crm.rest.get("/actions/watch")
    return len(answer["watch"]) if answer else 0


async def until_read(made: Stage, word: str) -> None:
    async with asyncio.timeout(10):
        while await industry(made) != word:  # noqa: ASYNC110 - the database tells only when asked
            await asyncio.sleep(0.01)


async def changes(made: Stage, word: str) -> None:
    made.clock.advance(timedelta(seconds=1))
    made.zoho.happens(happens("Accounts", ACME, made.clock.now(), Industry=word))
    await made.zoho.notified()


async def test_what_changes_is_read_as_soon_as_zoho_tells(watching: Stage) -> None:
    calls = watching.zoho.calls
    await changes(watching, "Toys")

    await until_read(watching, "Toys")
    assert watching.zoho.calls - calls <= 3  # its stream alone: what changed, what was deleted


async def test_a_notification_that_is_lost_loses_nothing(watching: Stage) -> None:
    watching.zoho.faults.lose_notification()
    await changes(watching, "Toys")
    assert await industry(watching) is None

    assert await watching.bot.jobs.syncs()
    assert await industry(watching) == "Toys"


async def test_the_channel_is_renewed_before_it_ends_and_closed_at_the_end(watching: Stage) -> None:
    before = watching.zoho.calls
    watching.clock.advance(timedelta(hours=12))
    await watching.bot.jobs.watching()
    assert watching.zoho.calls == before

    watching.clock.advance(timedelta(hours=13))
    await watching.bot.jobs.watching()
    assert watching.zoho.calls > before
    watching.clock.advance(timedelta(hours=40))
    await changes(watching, "Toys")
    await until_read(watching, "Toys")

    assert await open_channels(watching) == 6  # one for each kind of record but notes
    await watching.bot.jobs.watching.last()
    assert await open_channels(watching) == 0


async def test_a_crm_that_refuses_the_channel_stops_nothing(watching: Stage) -> None:
    watching.zoho.faults.answer("*", "/actions/watch$", status=403, body={"code": "NO_PERMISSION"}, times=9)
    await watching.bot.jobs.watching.last()
    await changes(watching, "Toys")
    assert await watching.bot.jobs.syncs()
    assert await industry(watching) == "Toys"

"""A morning whose processes are killed: every owner gets one brief, and nothing that was finished is done again."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.jobs.job import ProcessRole
from tests.engine.processes import Office, office

pytestmark = pytest.mark.slow
OWNERS = 10


@pytest.fixture
async def open_office(database_url: str, tmp_path: Path) -> AsyncIterator[Office]:
    async with office(database_url, tmp_path, owners=OWNERS) as opened:
        yield opened


async def test_a_morning_killed_at_many_points_ends_with_one_brief_for_each_owner(open_office: Office) -> None:
    for dies_at in (6, 11, 23):
        doomed = await open_office.child(dies_at=dies_at)
        assert await open_office.ended(doomed) == -9
    doomed = await open_office.child()
    await open_office.until(len(open_office.owners) // 2)
    await open_office.kill(doomed)
    last = await open_office.child()
    await open_office.until(len(open_office.owners))
    await open_office.stop(last)

    await _one_brief_each(open_office)


@pytest.mark.postgres
async def test_two_workers_share_a_morning_and_one_finishes_what_the_other_left(
    postgres_url: str, tmp_path: Path
) -> None:
    async with office(postgres_url, tmp_path, owners=OWNERS) as opened:
        first = await opened.child(role=ProcessRole.WORKER, executor_id="first")
        second = await opened.child(role=ProcessRole.WORKER, executor_id="second")
        await opened.until(3)
        await opened.kill(first)
        await opened.until(len(opened.owners))
        await opened.stop(second)

        await _one_brief_each(opened)


@pytest.mark.postgres
async def test_what_the_clock_starts_and_slack_takes_in_is_done_by_the_worker(
    postgres_url: str, tmp_path: Path
) -> None:
    async with office(postgres_url, tmp_path, owners=4, accounts_each=10) as opened:
        parts = [
            await opened.child(role=role, owners=[])
            for role in (ProcessRole.WORKER, ProcessRole.SLACK, ProcessRole.CLOCK)
        ]
        await opened.until(len(opened.owners))
        user = next(user for user in opened.users if "approve_proposal" in str(opened.slack.dm(user)))
        await opened.approve(user)
        await opened.slack.until(lambda: "task created" in str(opened.slack.dm(user)), timeout=20)
        for part in parts:
            await opened.stop(part)

        assert len(opened.zoho.ledger) == 1
        await _one_brief_each(opened)


async def _one_brief_each(opened: Office) -> None:
    standing = {user: opened.messages(user) for user in opened.users}
    for keys in standing.values():
        assert keys
        assert len(keys) == len(set(keys))
        assert len({key.partition(":")[0] for key in keys}) == 1
    prepared = await opened.prepared()
    assert sorted(prepared) == sorted({keys[0].partition(":")[0] for keys in standing.values()})

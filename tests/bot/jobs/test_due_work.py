"""When the CRM is read, and what a tick that failed leaves to the next one."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest

from bot.jobs.due_work import DueWork, slot_of
from store.domain.crm.accounts import Person
from store.domain.errors import StoreUnavailable
from tests.flows.company import FIRST_NIGHT
from tests.flows.stage import stage

EIGHT = time(8, 0)


@pytest.mark.parametrize(
    ("now", "begins"),
    [
        (datetime(2026, 3, 24, 6, 49, 59, tzinfo=UTC), datetime(2026, 3, 24, 5, 50, tzinfo=UTC)),
        (datetime(2026, 3, 24, 6, 50, tzinfo=UTC), datetime(2026, 3, 24, 6, 50, tzinfo=UTC)),
        (datetime(2026, 3, 24, 7, 0, tzinfo=UTC), datetime(2026, 3, 24, 6, 50, tzinfo=UTC)),
    ],
)
def test_the_crm_is_read_ten_minutes_before_the_briefs(now: datetime, begins: datetime) -> None:
    assert slot_of(now, every=timedelta(hours=1), brief_time=EIGHT) == begins


async def test_a_tick_that_failed_as_it_caught_up_does_not_keep_the_next_one_from_doing_so(
    sqlite_url: str, tmp_path: Path
) -> None:
    tries: list[int] = []

    async def owners() -> list[Person]:
        tries.append(len(tries))
        if len(tries) == 1:
            raise StoreUnavailable("The database is busy; please try again.")
        return []

    async with stage(sqlite_url, tmp_path) as made:
        due = DueWork(
            clock=made.clock, owners=owners, sync=made.bot.jobs.syncs, morning=made.bot.jobs.mornings,
            orphans=made.bot.accounts.tell_orphans, brief_time=EIGHT, sync_minutes=60,
        )  # fmt: skip
        with pytest.raises(StoreUnavailable):
            await due.start()
        await due.start()

    assert tries == [0, 1]


async def test_an_answer_of_the_crm_that_nobody_foresaw_does_not_keep_the_briefs_back(
    sqlite_url: str, tmp_path: Path
) -> None:
    caught_up = asyncio.Event()

    async def owners() -> list[Person]:
        caught_up.set()
        return []

    async with stage(sqlite_url, tmp_path) as made:
        nobody = {"users": 7, "info": {"more_records": False}}
        made.zoho.faults.answer("GET", "/users$", status=200, body=nobody, times=9)
        assert not await made.look(FIRST_NIGHT)
        due = DueWork(
            clock=made.clock, owners=owners, sync=made.bot.jobs.syncs, morning=made.bot.jobs.mornings,
            orphans=made.bot.accounts.tell_orphans, brief_time=EIGHT, sync_minutes=60,
        )  # fmt: skip
        async with asyncio.timeout(30):
            await due.start()

    assert caught_up.is_set()

"""When a brief is due, and when the next one comes: local time, working days, clocks that change."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest

from bot.jobs.due_work import DueWork, is_due, next_brief, slot_of
from store.domain.crm.accounts import Person
from store.domain.errors import StoreUnavailable
from tests.flows.company import FIRST_NIGHT
from tests.flows.stage import stage

EIGHT = time(8, 0)
BERLIN = Person(id="1", name="Anna Berg", email="anna@example.com", timezone="Europe/Berlin")
TOKYO = replace(BERLIN, timezone="Asia/Tokyo")
NEW_YORK = replace(BERLIN, timezone="America/New_York")


@pytest.mark.parametrize(
    ("owner", "now", "due"),
    [
        (BERLIN, datetime(2026, 3, 24, 6, 59, tzinfo=UTC), False),
        (BERLIN, datetime(2026, 3, 24, 7, 0, tzinfo=UTC), True),
        (BERLIN, datetime(2026, 3, 30, 6, 0, tzinfo=UTC), True),  # summer time since the day before
        (TOKYO, datetime(2026, 3, 23, 23, 0, tzinfo=UTC), True),  # Tuesday there
        (TOKYO, datetime(2026, 3, 27, 23, 0, tzinfo=UTC), False),  # Saturday there
        (NEW_YORK, datetime(2026, 3, 24, 11, 59, tzinfo=UTC), False),
        (NEW_YORK, datetime(2026, 3, 24, 12, 0, tzinfo=UTC), True),
        (replace(BERLIN, active=False), datetime(2026, 3, 24, 9, 0, tzinfo=UTC), False),
        (replace(BERLIN, working_days=frozenset({2})), datetime(2026, 3, 24, 9, 0, tzinfo=UTC), False),
    ],
)
def test_a_brief_is_due_from_the_local_brief_time_of_a_working_day(owner: Person, now: datetime, due: bool) -> None:
    assert is_due(owner, now=now, brief_time=EIGHT) is due


def test_the_next_brief_skips_the_weekend_and_the_change_of_the_clocks() -> None:
    friday = datetime(2026, 3, 27, 7, 0, tzinfo=UTC)
    assert next_brief(BERLIN, now=friday, brief_time=EIGHT).astimezone(UTC) == datetime(2026, 3, 30, 6, 0, tzinfo=UTC)


def test_before_todays_brief_the_next_one_is_todays() -> None:
    now = datetime(2026, 3, 24, 6, 59, tzinfo=UTC)
    assert next_brief(BERLIN, now=now, brief_time=EIGHT).astimezone(UTC) == datetime(2026, 3, 24, 7, 0, tzinfo=UTC)


def test_who_works_on_no_day_at_all_gets_an_answer_all_the_same() -> None:
    nobody = replace(BERLIN, working_days=frozenset())
    now = datetime(2026, 3, 24, 9, 0, tzinfo=UTC)
    assert next_brief(nobody, now=now, brief_time=EIGHT).date().isoformat() == "2026-03-25"


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
            clock=made.clock, owners=owners, sync=made.bot.syncs, morning=made.bot.mornings, orphans=made.bot.tell_orphans,
            brief_time=EIGHT, sync_minutes=60,
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
            clock=made.clock, owners=owners, sync=made.bot.syncs, morning=made.bot.mornings, orphans=made.bot.tell_orphans,
            brief_time=EIGHT, sync_minutes=60,
        )  # fmt: skip
        async with asyncio.timeout(30):
            await due.start()

    assert caught_up.is_set()

"""When the night run begins for whom."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from bot.jobs.night import NightJob
from store.domain.crm.accounts import Person
from store.domain.errors import StoreUnavailable
from tests.flows.stage import StillClock
from tests.store.makers import ANNA

TUESDAY = datetime(2026, 3, 24, tzinfo=UTC)
BERLIN = replace(ANNA, id="berlin", timezone="Europe/Berlin")
ROME = replace(ANNA, id="rome", timezone="Europe/Rome")
TOKYO = replace(ANNA, id="tokyo", timezone="Asia/Tokyo")
DUE = TUESDAY.replace(hour=7)  # eight in Berlin and Rome


class Prepared:
    """What was to be prepared; `problem` is raised instead."""

    def __init__(self) -> None:
        self.asked: list[tuple[list[str], datetime]] = []
        self.problem: Exception | None = None
        self.first = asyncio.Event()

    async def __call__(self, owner_ids: Iterable[str], due: datetime) -> None:
        self.asked.append((sorted(owner_ids), due))
        self.first.set()
        if self.problem is not None:
            raise self.problem


def job(prepared: Prepared, now: datetime, *people: Person) -> NightJob:
    async def owners() -> list[Person]:
        return list(people)

    return NightJob(prepared, StillClock(now), owners=owners, brief_time=time(8, 0))


@pytest.mark.parametrize(
    ("before", "begins"),
    [
        (timedelta(hours=6, minutes=1), False),
        (timedelta(hours=6), True),
        (timedelta(minutes=30), True),
        (timedelta(minutes=29), False),
    ],
)
async def test_it_begins_some_hours_before_and_not_at_the_last_moment(before: timedelta, begins: bool) -> None:
    assert await job(Prepared(), DUE - before, BERLIN).once() == int(begins)


async def test_owners_of_one_moment_are_prepared_together() -> None:
    prepared = Prepared()
    await job(prepared, DUE - timedelta(hours=3), BERLIN, TOKYO, ROME).once()
    assert prepared.asked == [(["berlin", "rome"], DUE)]


async def test_each_day_is_prepared_once() -> None:
    prepared = Prepared()
    clock = StillClock(DUE - timedelta(hours=3))

    async def owners() -> list[Person]:
        return [BERLIN]

    night = NightJob(prepared, clock, owners=owners, brief_time=time(8, 0))
    assert [await night.once(), await night.once()] == [1, 0]
    clock.advance(timedelta(days=1))
    assert await night.once() == 1
    assert [due for _, due in prepared.asked] == [DUE, DUE + timedelta(days=1)]


@pytest.mark.parametrize("problem", [StoreUnavailable("The database is busy."), RuntimeError("unforeseen")])
async def test_a_night_that_fails_ends_nothing_else(problem: Exception) -> None:
    prepared = Prepared()
    prepared.problem = problem
    night = job(prepared, DUE - timedelta(hours=3), BERLIN)
    assert await night.once() == 1
    assert prepared.asked == [(["berlin"], DUE)]

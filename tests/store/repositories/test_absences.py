"""Who is away, by the database's clock."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest

from store.database import Database
from store.domain.gate.absences import Absence
from tests.store.makers import NOW


class Clock:
    moment: datetime = NOW


@pytest.fixture
async def clock() -> Clock:
    return Clock()


@pytest.fixture
async def timed(database_url: str, clock: Clock) -> AsyncIterator[Database]:
    database = Database(database_url, clock=lambda: clock.moment)
    yield database
    await database.close()


def away(person_id: str, *, begins: int, ends: int, delegate_id: str = "u-bob") -> Absence:
    """So many hours from now."""
    return Absence(
        person_id=person_id,
        starts=NOW + timedelta(hours=begins),
        ends=NOW + timedelta(hours=ends),
        delegate_id=delegate_id,
        set_by=person_id,
        set_at=NOW,
    )


async def test_an_absence_takes_the_place_of_the_one_before(timed: Database) -> None:
    async with timed.transaction() as tx:
        await tx.absences.set(away("u-anna", begins=0, ends=1))
        await tx.absences.set(later := away("u-anna", begins=5, ends=9, delegate_id="u-cora"))
        assert await tx.absences.of("u-anna") == later
        assert await tx.absences.of("u-bob") is None


async def test_it_holds_from_its_first_moment_until_before_its_last(timed: Database, clock: Clock) -> None:
    async with timed.transaction() as tx:
        await tx.absences.set(absence := away("u-anna", begins=1, ends=3))
    second = timedelta(seconds=1)
    for moment, is_away, stands in (
        (absence.starts - second, False, True),
        (absence.starts, True, True),
        (absence.ends - second, True, True),
        (absence.ends, False, False),
    ):
        clock.moment = moment
        async with timed.reading() as tx:
            assert await tx.absences.now() == ([absence] if is_away else [])
            assert await tx.absences.delegated_to("u-bob") == ([absence] if is_away else [])
            assert await tx.absences.standing() == ([absence] if stands else [])
            assert await tx.absences.of("u-anna") == (absence if stands else None)
            assert await tx.absences.kept("u-anna") == absence
    assert await _end(timed)
    assert not await _end(timed)


async def _end(database: Database) -> bool:
    async with database.transaction() as tx:
        return await tx.absences.end("u-anna")

"""Briefs: one for each owner and day, whoever tries, and the last one that was posted."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from store.database import Database
from store.domain.errors import Refused
from store.repositories.briefs import BriefState
from tests.store.makers import ANNA, BEN, NOW, TODAY, brief

DAY = timedelta(days=1)
STALE = timedelta(minutes=10)


async def claim(database: Database, brief_id: str, *, owner_id: str = ANNA.id, late: timedelta = timedelta()) -> bool:
    async with database.transaction() as tx:
        return await tx.briefs.claim(owner_id, TODAY, brief_id=brief_id, now=NOW + late, stale_after=STALE)


async def test_of_many_claims_at_once_one_is_granted(database: Database) -> None:
    granted = await asyncio.gather(*(claim(database, f"b{number}") for number in range(20)))
    assert sum(granted) == 1
    async with database.reading() as tx:
        assert await tx.briefs.on(ANNA.id, TODAY) == (f"b{granted.index(True)}", BriefState.CLAIMED)


async def test_each_owner_has_their_own_day(database: Database) -> None:
    assert await claim(database, "b1")
    assert await claim(database, "b2", owner_id=BEN.id)
    async with database.reading() as tx:
        assert await tx.briefs.on(BEN.id, TODAY + DAY) is None


@pytest.mark.parametrize(("late", "granted"), [(STALE - timedelta(seconds=1), False), (STALE, True)])
async def test_a_claim_that_was_never_posted_may_be_taken_over_after_a_while(
    database: Database, late: timedelta, granted: bool
) -> None:
    assert await claim(database, "b1")
    assert await claim(database, "b2", late=late) is granted
    async with database.transaction() as tx:
        assert await tx.briefs.on(ANNA.id, TODAY) == ("b2" if granted else "b1", BriefState.CLAIMED)
        if granted:
            with pytest.raises(Refused):
                await tx.briefs.save(brief("b1"))


async def test_a_posted_brief_is_never_taken_over(database: Database) -> None:
    await claim(database, "b1")
    async with database.transaction() as tx:
        await tx.briefs.save(brief("b1"))
        await tx.briefs.posted("b1", NOW)
        assert await tx.briefs.on(ANNA.id, TODAY) == ("b1", BriefState.POSTED)
    assert not await claim(database, "b2", late=DAY)


async def test_a_brief_comes_back_as_it_was_saved(database: Database) -> None:
    await claim(database, "b1")
    async with database.transaction() as tx:
        assert await tx.briefs.get("b1") is None
        await tx.briefs.save(brief("b1"))
        assert await tx.briefs.get("b1") == brief("b1")


async def test_a_brief_nobody_claimed_is_not_kept(database: Database) -> None:
    with pytest.raises(Refused):
        async with database.transaction() as tx:
            await tx.briefs.save(brief("b1"))


async def test_only_posted_mornings_count_as_the_last_brief(database: Database) -> None:
    async with database.transaction() as tx:
        assert await tx.briefs.last_posted(ANNA.id) is None
        for number in range(3):
            made = brief(f"b{number}", day=TODAY + number * DAY, generated_at=NOW + number * DAY)
            await tx.briefs.claim(ANNA.id, made.local_date, brief_id=made.id, now=made.generated_at)
            await tx.briefs.save(made)
        await tx.briefs.posted("b0", NOW)
        await tx.briefs.posted("b1", NOW + DAY)
        await tx.briefs.save_review(brief("review", generated_at=NOW + 9 * DAY))
        await tx.briefs.posted("review", NOW + 9 * DAY)
        assert await tx.briefs.last_posted(ANNA.id) == NOW + DAY
        assert [each.id for each in await tx.briefs.recent(ANNA.id, 5)] == ["b1", "b0"]
        assert [each.id for each in await tx.briefs.recent(ANNA.id, 1)] == ["b1"]


async def test_a_day_may_have_many_reviews_beside_its_morning(database: Database) -> None:
    await claim(database, "b1")
    async with database.transaction() as tx:
        for name in ("r1", "r2"):
            await tx.briefs.save_review(replace(brief(name), kind="review"))
        assert await tx.briefs.get("r2") == replace(brief("r2"), kind="review")
        assert await tx.briefs.on(ANNA.id, TODAY) == ("b1", BriefState.CLAIMED)

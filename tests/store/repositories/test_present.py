"""Which records we hold, in the order of their ids as numbers."""

from __future__ import annotations

from store.database import Database
from store.domain.crm.accounts import Kind
from store.repositories.present import Compared
from tests.store.makers import NOW, account, deal

IDS = ("9", "10", "41", "415086800000300001", "4150868000003000001")


async def test_ranges_follow_the_ids_as_numbers_of_any_length(database: Database) -> None:
    async with database.transaction() as tx:
        await tx.snapshots.upsert([*(deal(each, None) for each in reversed(IDS)), account("42")], seen_at=NOW)
    async with database.reading() as tx:
        present = tx.present
        assert await present.count(Kind.DEAL) == len(IDS)
        assert [await present.nth(Kind.DEAL, n) for n in range(6)] == [*IDS, ""]
        assert await present.ids(Kind.DEAL, after="9", upto="41") == {"10", "41"}
        assert await present.count(Kind.DEAL, after="41") == 2
        assert await present.nth(Kind.DEAL, 1, after="9", upto="41") == "41"
        assert await present.ids(Kind.NOTE) == set()


async def test_the_last_comparison_is_kept_by_kind(database: Database) -> None:
    async with database.transaction() as tx:
        await tx.present.note_compared(Kind.DEAL, Compared(at=NOW, more=3))
    async with database.reading() as tx:
        assert await tx.present.compared(Kind.DEAL) == Compared(at=NOW, more=3)
        assert await tx.present.compared(Kind.NOTE) is None

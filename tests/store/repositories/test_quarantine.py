"""Fields that cannot be read are kept by record until they can."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from store.database import Database
from store.domain.crm.accounts import Entity
from store.domain.crm.unread import Quarantined, Unread, Why
from tests.store.makers import ANNA, BEN, NOW, account, deal

ODD = Quarantined(
    kind="deal",
    record_id="d1",
    account_id="a1",
    unread=Unread("amount", "Amount", Why.NOT_A_NUMBER),
    since=NOW,
    was_known=True,
    last="5",
)
LATER = NOW + timedelta(hours=1)


async def test_a_quarantined_field_is_found_by_record_and_released_alone(database: Database) -> None:
    other = replace(ODD, unread=Unread("stage", "Stage", Why.EMPTY), was_known=False, last=None)
    async with database.transaction() as tx:
        await tx.quarantine.put([ODD, other, replace(ODD, record_id="d2")], looked_at=NOW)
        await tx.quarantine.put([replace(ODD, account_id="a2")], looked_at=LATER)
    async with database.transaction() as tx:
        assert await tx.quarantine.of("deal", ["d1", "d9"]) == {
            "d1": {"amount": replace(ODD, account_id="a2"), "stage": other}
        }
        assert (await tx.quarantine.count(), await tx.quarantine.records()) == (3, 2)
        await tx.quarantine.release([ODD])
        await tx.quarantine.drop("deal", ["d2"])
        assert await tx.quarantine.all() == [other]
        assert await tx.quarantine.all(kind="note") == []


async def test_the_longest_unseen_are_looked_at_first(database: Database) -> None:
    async with database.transaction() as tx:
        await tx.quarantine.put([replace(ODD, record_id=each) for each in ("d3", "d1")], looked_at=NOW)
        await tx.quarantine.put([replace(ODD, record_id="d2")], looked_at=NOW - timedelta(hours=1))
        assert await tx.quarantine.longest_unseen(before=LATER, limit=2) == {"deal": ["d2", "d1"]}
        await tx.quarantine.look("deal", ["d2", "d1"], LATER)
        assert await tx.quarantine.longest_unseen(before=LATER, limit=9) == {"deal": ["d3"]}


async def test_owners_who_are_no_users_are_listed_and_their_records_stay(database: Database) -> None:
    async with database.transaction() as tx:
        await tx.people.replace([ANNA])
        lost: list[Entity] = [
            account("a1"),
            account("a2", owner=BEN),
            replace(account("a3"), owner_id=""),
            deal("d1", "a1", owner=BEN),
        ]
        await tx.snapshots.upsert(lost, seen_at=NOW)
        await tx.quarantine.put([replace(ODD, unread=Unread("owner_id", "Owner", Why.NOT_A_RECORD))], looked_at=NOW)
        found = await tx.quarantine.without_owner()
        assert [(each.record_id, each.unread.why) for each in found] == [
            ("a2", Why.UNKNOWN_USER),
            ("a3", Why.EMPTY),
        ]
        assert await tx.quarantine.count_without_owner() == 2
        assert len(await tx.quarantine.without_owner(limit=1)) == 1

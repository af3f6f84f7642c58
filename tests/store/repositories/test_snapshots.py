"""Snapshots: present versions, the time in a stage, and finding accounts by name."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from store.database import Database
from store.domain.crm.accounts import Entity, Kind
from store.domain.crm.changes import diff
from tests.store.makers import ANNA, BEN, MIA, NOW, account, activity, contact, deal, note

DAY = timedelta(days=1)
ONE_OF_EACH: tuple[Entity, ...] = (account("a1"), deal("d1", "a1"), contact("c1", "a1"), activity("t1"), note("n1"))


async def keep(database: Database, *entities: Entity, baseline: bool = False) -> None:
    async with database.transaction() as tx:
        await tx.snapshots.upsert(entities, seen_at=NOW, baseline=baseline)


async def test_records_of_all_kinds_come_back_equal(database: Database) -> None:
    await keep(database, *ONE_OF_EACH)
    async with database.reading() as tx:
        for entity in ONE_OF_EACH:
            assert await tx.snapshots.entity(entity.kind, entity.id) == entity
            assert await tx.snapshots.versions(entity.kind, [entity.id, "unknown"]) == {entity.id: entity}
        assert await tx.snapshots.entity(Kind.DEAL, "a1") is None
        assert await tx.snapshots.counts() == dict.fromkeys(Kind, 1)


async def test_a_newer_version_takes_the_place_of_the_older(database: Database) -> None:
    await keep(database, account("a1", name="Old"))
    await keep(database, account("a1", BEN, name="New"))
    async with database.reading() as tx:
        assert await tx.snapshots.entity(Kind.ACCOUNT, "a1") == account("a1", BEN, name="New")
        assert await tx.snapshots.find_accounts("old") == []
        assert await tx.snapshots.owner_ids() == {BEN.id}


async def test_a_record_that_comes_twice_in_one_page_counts_once_the_latter(database: Database) -> None:
    await keep(database, account("a1", name="First"), account("a1", name="Second"))
    async with database.reading() as tx:
        assert await tx.snapshots.entity(Kind.ACCOUNT, "a1") == account("a1", name="Second")


async def test_removing_returns_what_was_there(database: Database) -> None:
    await keep(database, *ONE_OF_EACH)
    async with database.transaction() as tx:
        assert await tx.snapshots.remove(Kind.DEAL, ["d1", "d2"]) == [deal("d1", "a1")]
        assert await tx.snapshots.remove(Kind.DEAL, ["d1"]) == []
        assert await tx.snapshots.counts() == dict.fromkeys(Kind, 1) | {Kind.DEAL: 0}


async def test_ten_thousand_records_are_compared_and_kept_in_one_go(sqlite_database: Database) -> None:
    many = [contact(f"c{number}", None) for number in range(10_001)]
    await keep(sqlite_database, *many)
    async with sqlite_database.reading() as tx:
        assert len(await tx.snapshots.versions(Kind.CONTACT, [each.id for each in many])) == 10_001


@pytest.mark.parametrize(("baseline", "since"), [(True, NOW - 5 * DAY), (False, NOW - 60 * DAY)])
async def test_a_deal_first_seen_is_in_its_stage_since_its_creation_or_on_the_first_look_its_last_change(
    database: Database, baseline: bool, since: object
) -> None:
    await keep(database, deal("d1", "a1"), baseline=baseline)
    async with database.reading() as tx:
        assert await tx.snapshots.stage_since(["d1", "unknown"]) == {"d1": since}


async def test_a_deal_is_in_its_stage_since_the_change_that_moved_it(database: Database) -> None:
    await keep(database, deal("d1", "a1"), baseline=True)
    await keep(database, deal("d1", "a1", stage="Negotiation", modified_at=NOW - 2 * DAY))
    await keep(database, deal("d1", "a1", stage="Negotiation", modified_at=NOW - DAY, amount=5.0))
    async with database.reading() as tx:
        assert await tx.snapshots.stage_since(["d1"]) == {"d1": NOW - 2 * DAY}


async def test_a_deal_that_changes_its_pipeline_is_in_its_stage_since_then(database: Database) -> None:
    await keep(database, deal("d1", "a1"), baseline=True)
    for days, name in ((3, "Enterprise"), (2, "Renewals"), (1, "Renewals")):
        await keep(database, deal("d1", "a1", pipeline_name=name, modified_at=NOW - days * DAY))
        async with database.reading() as tx:
            since = await tx.snapshots.stage_since(["d1"])
        assert since == {"d1": NOW - (5 if days == 3 else 2) * DAY}


async def test_accounts_are_found_exact_then_prefix_then_inside_whatever_the_case(database: Database) -> None:
    await keep(
        database,
        account("1", name="The ACME Group"),
        account("2", name="Acme Holding"),
        account("3", name="aCmE"),
        account("4", name="Other"),
        contact("5", None),
    )
    async with database.reading() as tx:
        assert [each.id for each in await tx.snapshots.find_accounts("ACME")] == ["3", "2", "1"]
        assert [each.id for each in await tx.snapshots.find_accounts("acme", limit=1)] == ["3"]
        assert await tx.snapshots.find_accounts("  ") == []


async def test_accented_and_wide_letters_are_found_in_every_case(database: Database) -> None:
    await keep(database, account("1", name="ÉTOILE Straße"), account("2", name="Ａｃｍｅ"))
    async with database.reading() as tx:
        assert [each.id for each in await tx.snapshots.find_accounts("étoile STRASSE")] == ["1"]
        assert [each.id for each in await tx.snapshots.find_accounts("acme")] == ["2"]


@pytest.mark.parametrize("wild", ["%", "_", "100%", "a_b", "/", "\\"])
async def test_wildcards_in_a_name_are_plain_characters(database: Database, wild: str) -> None:
    await keep(database, account("1", name=f"x{wild}x"), account("2", name="x100x"), account("3", name="xaxbx"))
    async with database.reading() as tx:
        assert [each.id for each in await tx.snapshots.find_accounts(wild)] == ["1"]


async def test_the_owner_of_a_record_or_of_the_deals_account_may_act_on_it(database: Database) -> None:
    await keep(database, account("a1"), deal("d1", "a1", BEN), deal("d2", None, BEN), deal("d3", "gone"))
    allowed = {
        (person.id, record_id)
        for person in (ANNA, BEN, MIA)
        for kind, record_id in ((Kind.ACCOUNT, "a1"), (Kind.DEAL, "d1"), (Kind.DEAL, "d2"), (Kind.DEAL, "d3"))
        if await may_act_on(database, person.id, kind, record_id)
    }
    assert allowed == {("u-anna", "a1"), ("u-anna", "d1"), ("u-ben", "d1"), ("u-ben", "d2"), ("u-anna", "d3")}


async def test_nobody_may_act_on_a_record_we_do_not_know(database: Database) -> None:
    assert not await may_act_on(database, ANNA.id, Kind.ACCOUNT, "a1")


async def may_act_on(database: Database, owner_id: str, kind: Kind, record_id: str) -> bool:
    async with database.reading() as tx:
        return await tx.snapshots.may_act_on(owner_id, kind, record_id)


async def test_all_that_someone_owns_came_after_a_moment_or_some_of_it_before(database: Database) -> None:
    before, later = account("a1", BEN), NOW + timedelta(hours=8)
    given = replace(before, owner_id=ANNA.id, modified_at=later)
    async with database.transaction() as tx:
        await tx.snapshots.upsert([given], seen_at=later)
        await tx.changes.add(diff(before, given, seen_at=later))
        assert await tx.snapshots.all_came_after(ANNA.id, NOW)
        assert not await tx.snapshots.all_came_after(ANNA.id, later)
        assert not await tx.snapshots.all_came_after(BEN.id, NOW)  # who owns nothing
        await tx.changes.add(diff(None, account("a2", created_at=later), seen_at=later))
        await tx.snapshots.upsert([account("a2")], seen_at=later)
        assert await tx.snapshots.all_came_after(ANNA.id, NOW)
        await tx.snapshots.upsert([account("a3")], seen_at=NOW)
        assert not await tx.snapshots.all_came_after(ANNA.id, NOW)

"""Bindings of Slack and CRM users, one to one; and requests taken in, each once."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from store.database import Database
from store.domain.errors import Refused
from tests.store.makers import NOW


async def test_a_binding_is_found_from_both_sides_and_may_be_repeated(database: Database) -> None:
    async with database.transaction() as tx:
        await tx.links.link("T1", "U1", "u-anna", NOW)
        await tx.links.link("T1", "U1", "u-anna", NOW)
        assert await tx.links.person_of("T1", "U1") == "u-anna"
        assert await tx.links.slack_of("u-anna") == ("T1", "U1")
        assert await tx.links.person_of("T2", "U1") is None
        assert await tx.links.slack_of("u-ben") is None


@pytest.mark.parametrize("other", [("T1", "U1", "u-ben"), ("T1", "U2", "u-anna"), ("T2", "U1", "u-anna")])
async def test_neither_side_can_be_bound_to_another(database: Database, other: tuple[str, str, str]) -> None:
    async with database.transaction() as tx:
        await tx.links.link("T1", "U1", "u-anna", NOW)
    with pytest.raises(Refused):
        async with database.transaction() as tx:
            await tx.links.link(*other, NOW)
    async with database.reading() as tx:
        assert await tx.links.person_of("T1", "U1") == "u-anna"
        assert await tx.links.slack_of("u-anna") == ("T1", "U1")


async def test_a_binding_is_confirmed_once_and_only_where_there_is_one(database: Database) -> None:
    async with database.transaction() as tx:
        assert not await tx.links.confirm("T1", "U1", NOW)
        await tx.links.link("T1", "U1", "u-anna", NOW)
        assert not await tx.links.is_confirmed("T1", "U1")
        assert await tx.links.confirm("T1", "U1", NOW)
        assert not await tx.links.confirm("T1", "U1", NOW)
        assert await tx.links.is_confirmed("T1", "U1")
        assert not await tx.links.is_confirmed("T2", "U1")


async def test_a_refused_binding_connects_nobody_and_is_not_made_again_before_it_is_taken_away(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        await tx.links.link("T1", "U1", "u-anna", NOW)
        await tx.links.confirm("T1", "U1", NOW)
        assert await tx.links.refuse("T1", "U1", NOW)
        assert not await tx.links.refuse("T1", "U1", NOW)
        assert not await tx.links.confirm("T1", "U1", NOW)
        assert await tx.links.person_of("T1", "U1") is None
        assert await tx.links.slack_of("u-anna") is None
        assert not await tx.links.is_confirmed("T1", "U1")
    with pytest.raises(Refused, match="has said that they are not"):
        async with database.transaction() as tx:
            await tx.links.link("T1", "U1", "u-anna", NOW)
    async with database.transaction() as tx:
        assert [link.holds for link in await tx.links.all()] == [False]
        assert await tx.links.unlink("u-anna")
        assert not await tx.links.unlink("u-anna")
        await tx.links.link("T1", "U1", "u-anna", NOW)
        assert await tx.links.person_of("T1", "U1") == "u-anna"


async def test_a_request_comes_for_the_first_time_once(database: Database) -> None:
    async def take() -> bool:
        async with database.transaction() as tx:
            return await tx.inbox.first_time("envelope-1", NOW)

    assert sum(await asyncio.gather(*(take() for _ in range(20)))) == 1


async def test_old_keys_are_forgotten(database: Database) -> None:
    async with database.transaction() as tx:
        await tx.inbox.first_time("old", NOW - timedelta(seconds=1))
        await tx.inbox.first_time("new", NOW)
        assert await tx.inbox.purge(NOW) == 1
        assert await tx.inbox.first_time("old", NOW)
        assert not await tx.inbox.first_time("new", NOW)

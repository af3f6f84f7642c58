"""The person an operator means."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.commands.names import account_id_of, find_owner
from store.database import Database
from store.domain.crm.accounts import Person
from store.domain.errors import Ambiguous, NotFound
from tests.store.makers import ANNA, account


@pytest.mark.parametrize("text", ["", "  "])
async def test_an_empty_name_means_no_one(sqlite_database: Database, text: str) -> None:
    async with sqlite_database.transaction() as tx:
        await tx.people.replace([Person(id="7", name="Anna Berg", email="")])
    with pytest.raises(NotFound):
        await find_owner(sqlite_database, text)
    assert (await find_owner(sqlite_database, "anna")).id == "7"


async def owned(database: Database, *named: tuple[str, str]) -> None:
    """Anna owns accounts with these ids and names."""
    async with database.transaction() as tx:
        await tx.people.replace([ANNA])
        accounts = [replace(account(key), name=name) for key, name in named]
        await tx.snapshots.upsert(accounts, seen_at=datetime.now(UTC))


async def test_accounts_that_match_are_listed_with_their_owners_and_the_rest_counted(sqlite_database: Database) -> None:
    await owned(sqlite_database, *((f"a{n:02}", f"Group {n:02}") for n in range(1, 17)))
    async with sqlite_database.reading() as tx:
        with pytest.raises(Ambiguous) as caught:
            await account_id_of(tx, "group")
    assert str(caught.value).startswith("“group” matches 16 accounts: Group 01 (Anna Berg), Group 02 (Anna Berg), ")
    assert str(caught.value).endswith("Group 10 (Anna Berg) and 6 more. Please say which.")
    assert len(caught.value.choices) == 16


async def test_accounts_of_one_name_are_told_apart_by_their_ids(sqlite_database: Database) -> None:
    await owned(sqlite_database, ("a1", "Acme"), ("a2", "ACME"))
    async with sqlite_database.reading() as tx:
        with pytest.raises(Ambiguous, match=r"Acme \(Anna Berg, id a1\).*Please say which, by its id\."):
            await account_id_of(tx, "acme")
        assert await account_id_of(tx, "a2") == "a2"

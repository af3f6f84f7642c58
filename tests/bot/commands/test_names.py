"""The person an operator means."""

from __future__ import annotations

import pytest

from bot.commands.names import find_owner
from store.database import Database
from store.domain.crm.accounts import Person
from store.domain.errors import NotFound


@pytest.mark.parametrize("text", ["", "  "])
async def test_an_empty_name_means_no_one(sqlite_database: Database, text: str) -> None:
    async with sqlite_database.transaction() as tx:
        await tx.people.replace([Person(id="7", name="Anna Berg", email="")])
    with pytest.raises(NotFound):
        await find_owner(sqlite_database, text)
    assert (await find_owner(sqlite_database, "anna")).id == "7"

"""Features are on until they are switched off; of two equal requests one counts."""

from __future__ import annotations

from datetime import timedelta

from store.database import Database
from store.domain.running.features import Feature, Switched
from tests.store.makers import NOW

MEMORY = Feature.MEMORY


async def switch(database: Database, *, on: bool, by: str = "u1") -> bool:
    async with database.transaction() as tx:
        return await tx.features.switch(MEMORY, on=on, by=by, at=NOW)


async def test_a_feature_is_off_from_the_first_switch_until_it_is_switched_on_again(database: Database) -> None:
    assert not await switch(database, on=True)  # it is on anyway
    assert await switch(database, on=False)
    async with database.reading() as tx:
        assert await tx.features.off() == {MEMORY}
    assert not await switch(database, on=False, by="u2")
    assert await switch(database, on=True, by="u2")
    assert await switch(database, on=False, by="u3")
    async with database.reading() as tx:
        assert await tx.features.all() == {MEMORY: Switched(is_on=False, by="u3", at=NOW)}


async def test_a_switch_that_is_not_committed_changes_nothing(database: Database) -> None:
    async with database.transaction() as tx:
        await tx.features.switch(MEMORY, on=False, by="u1", at=NOW + timedelta(days=1))
        async with database.reading() as other:
            assert await other.features.off() == frozenset()

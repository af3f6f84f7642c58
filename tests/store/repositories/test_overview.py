"""Counts for the operator."""

from __future__ import annotations

from datetime import date

from store.database import Database
from tests.store.makers import NOW


async def test_briefs_count_by_the_day_of_each_owner(database: Database) -> None:
    """At one moment it is Tuesday in Tokyo and still Monday in New York."""
    monday, tuesday = date(2026, 3, 23), date(2026, 3, 24)
    async with database.transaction() as tx:
        for owner, day in (("tokyo", tuesday), ("new york", monday), ("new york", tuesday), ("tokyo", monday)):
            await tx.briefs.begin(owner, day, brief_id=f"{owner} {day}", now=NOW)
        await tx.briefs.posted("tokyo 2026-03-24", NOW)
        counted = await tx.overview.briefs({"tokyo": tuesday, "new york": monday})
    assert counted == {"posted": 1, "claimed": 1}

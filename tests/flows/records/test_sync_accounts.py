"""Reading the CRM: a sync that dies is repeated, and neither loses nor doubles what changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from store.domain.crm.changes import Change
from store.domain.errors import CrmError
from tests.flows.company import BOREALIS, CEDAR, FIRST_NIGHT
from tests.flows.stage import NIGHT, Stage, stage


async def moves(made: Stage) -> list[tuple[str, str, str | None]]:
    async with made.bot.services.database.reading() as tx:
        found = await tx.changes.since([BOREALIS, CEDAR], at_or_seen_after=FIRST_NIGHT)
    changes: list[Change] = [change for group in found.values() for change in group]
    return sorted((str(change.record_kind), change.field, change.after) for change in changes)


@pytest.mark.parametrize("module", ["Accounts", "Deals", "Calls", "Notes", "deleted"])
async def test_a_sync_that_dies_on_a_page_is_repeated_without_losing_or_doubling_anything(
    sqlite_url: str, tmp_path: Path, module: str
) -> None:
    async with stage(sqlite_url, tmp_path) as made:
        await made.look(FIRST_NIGHT)
        made.zoho.faults.answer(
            "*", f"/{module}|/coql$", status=400, body={"code": "INTERNAL_ERROR", "status": "error"}, after=1
        )  # the first query is for the stages, and optional
        assert not await made.look(NIGHT)
        made.zoho.faults.clear()
        assert await made.look(NIGHT)

        assert await moves(made) == [("deal", "closing_date", "2026-06-30"), ("deal", "stage", "Closed Won")]


async def test_the_first_look_changes_nothing_and_a_repeated_one_neither(night: Stage) -> None:
    before = await moves(night)
    assert await night.look(NIGHT)

    assert await moves(night) == before


async def test_a_failed_sync_is_told_to_whoever_started_it(night: Stage) -> None:
    night.zoho.faults.answer("*", "/crm/", status=401, times=100)
    with pytest.raises(CrmError):
        await night.bot.services.sync()

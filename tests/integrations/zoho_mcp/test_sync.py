"""A book that is read through the hosted server is the book that is read over REST, also when it moved since."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from agents.flows.records.sync_accounts import SyncAccounts
from integrations.sandbox.history import CrmEvent
from integrations.zoho.reading.client import ZohoClient
from store.database import Database
from store.domain.crm.accounts import Kind
from tests.integrations.zoho import company as known
from tests.integrations.zoho.bench import Bench, bench
from tests.integrations.zoho.company import ANNA, BOB, NORTHWIND, NOW, RENEWAL, company
from tests.integrations.zoho_mcp.host import hosted

IDS = {Kind.DEAL: [RENEWAL, known.LOOSE], Kind.ACTIVITY: [known.OVERDUE], Kind.CONTACT: [known.SPONSOR]}
LATER = NOW + timedelta(hours=2)


class Now:
    """The bench's time as flows ask for it."""

    def __init__(self, crm: Bench) -> None:
        self._crm = crm

    def now(self) -> datetime:
        return self._crm.clock()


@asynccontextmanager
async def book(crm: Bench, client: ZohoClient, url: str) -> AsyncIterator[tuple[Database, SyncAccounts]]:
    database = Database(url, clock=crm.clock)
    try:
        yield database, SyncAccounts(database, client, Now(crm))
    finally:
        await database.close()


async def contents(database: Database) -> list[Any]:
    """All that a sync keeps: both owners' books, the people, what moved."""
    async with database.reading() as tx:
        moves = [await tx.changes.for_record(kind, key) for kind, keys in IDS.items() for key in keys]
        return [
            await tx.snapshots.book(ANNA),
            await tx.snapshots.book(BOB),
            await tx.snapshots.counts(),
            await tx.people.all(),
            moves,
        ]


def happened() -> list[CrmEvent]:
    """A deal moves, a note is written, a task is deleted."""
    at = NOW + timedelta(hours=1)
    (note,) = known.notes(1, at=at)
    return [
        CrmEvent(at=at, op="update", module="Deals", id=RENEWAL, user_id=ANNA, fields={"Amount": 40_000.0}),
        CrmEvent(at=at, op="delete", module="Tasks", id=known.OVERDUE, user_id=ANNA, fields={}),
        note,
    ]


async def test_snapshots_and_changes_are_the_same_both_ways(sqlite_url: str, tmp_path: Path) -> None:
    shutil.copyfile(tmp_path / "sergas.db", tmp_path / "other.db")
    async with (
        bench(company()) as crm,
        hosted(crm) as mcp,
        book(crm, crm.client, sqlite_url) as (by_rest, sync_by_rest),
        book(crm, mcp.client, sqlite_url.replace("sergas.db", "other.db")) as (through_it, sync_through_it),
    ):
        await sync_by_rest()
        await sync_through_it()
        first = await contents(by_rest)
        assert await contents(through_it) == first

        for event in happened():
            crm.sandbox.happens(event)
        crm.clock.moment = LATER
        reports = [await sync_by_rest(), await sync_through_it()]
        second = await contents(by_rest)

        assert await contents(through_it) == second
        assert second != first
        assert reports[0].changes == reports[1].changes > 0
        assert [facts.account.id for facts in second[0] if facts.account] == [NORTHWIND]

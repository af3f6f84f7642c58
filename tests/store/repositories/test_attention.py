"""Ledgers: the last one counts, an answer changes one entry, and two answers at once both count."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from store.database import Database
from store.domain.attention.ledger import Entry, Ledger, Place, Reason
from store.domain.attention.worth import Worth
from store.domain.signals.kinds import Risk
from tests.store.makers import ANNA, BEN, TODAY

DAY = timedelta(days=1)


def entry(account_id: str, **fields: Any) -> Entry:
    made = Entry(
        account_id=account_id,
        account_name=f"Account {account_id}",
        place=Place.QUESTION,
        reason=Reason.UNANSWERED,
        risk=Risk.HIGH,
        amount=900.0,
        worth=Worth(risk=0.9, money=0.5, novelty=0.6, confidence=0.8),
        statement="It is quiet.",
        marks=("deal_stalled:d1",),
        first_on=TODAY - 3 * DAY,
        key=f"{account_id}:follow_up",
        asked_on=TODAY - 3 * DAY,
        unanswered=4,
        questioned=True,
    )
    return replace(made, **fields)


def ledger(*entries: Entry, day: date = TODAY, owner_id: str = ANNA.id) -> Ledger:
    return Ledger(owner_id=owner_id, brief_id=f"{owner_id}{day}", local_date=day, entries=entries)


async def stored(database: Database, *ledgers: Ledger) -> None:
    async with database.transaction() as tx:
        for each in ledgers:
            await tx.attention.keep(each)


async def keep(database: Database, account_id: str, key: str | None = None) -> bool:
    async with database.transaction() as tx:
        return await tx.attention.keep_asking(ANNA.id, account_id, key or f"{account_id}:follow_up")


async def last(database: Database, owner_id: str = ANNA.id) -> Ledger:
    async with database.reading() as tx:
        found = await tx.attention.last(owner_id)
    assert found is not None
    return found


async def test_a_kept_decision_counts_anew_and_nothing_else_changes(database: Database) -> None:
    await stored(database, ledger(entry("a1"), entry("a2")), ledger(entry("a1"), owner_id=BEN.id))
    assert await keep(database, "a1")
    assert await last(database) == ledger(entry("a1", unanswered=0, questioned=False), entry("a2"))
    assert await last(database, BEN.id) == ledger(entry("a1"), owner_id=BEN.id)


async def test_only_the_last_brief_counts(database: Database) -> None:
    await stored(database, ledger(entry("a1"), day=TODAY - DAY), ledger(entry("a2")))
    assert not await keep(database, "a1")
    async with database.reading() as tx:
        before = await tx.attention.before(ANNA.id, TODAY)
    assert before == ledger(entry("a1"), day=TODAY - DAY)


async def test_other_advice_and_what_was_never_asked_are_not_kept_open(database: Database) -> None:
    assert not await keep(database, "a1")
    await stored(database, ledger(entry("a1"), entry("a2", asked_on=None)))
    assert not await keep(database, "a1", "a1:escalate")
    assert not await keep(database, "a2")
    assert await last(database) == ledger(entry("a1"), entry("a2", asked_on=None))


async def test_answers_about_many_accounts_at_once_all_count(database: Database) -> None:
    names = [f"a{number}" for number in range(8)]
    await stored(database, ledger(*map(entry, names)))
    assert all(await asyncio.gather(*(keep(database, name) for name in names)))
    assert [each.questioned for each in (await last(database)).entries] == [False] * 8

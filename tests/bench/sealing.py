"""Sealing texts at rest: storing, reading, finding and searching with it and without, and how fast a change of key goes."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from statistics import median
from time import perf_counter

from agents.flows.records.seal_rows import SealRows
from store.database import Database
from store.domain.crm.accounts import Entity
from store.domain.memory.passage import MemoryKind, Passage
from store.sealing import SealKey, Seals
from tests.flows.records.test_remember import At
from tests.store.makers import NOW, account, deal, note

OLD, NEW = SealKey(b"o" * 32), SealKey(b"n" * 32)
TEXT = (
    "They asked for a revised calculation of the cold chain by Friday, and hope to decide before the summer break. " * 4
)
ROUNDS = 20


async def measure(*, owners: int, accounts: int) -> dict[str, object]:
    """An account has a deal, two notes and four passages. `book_ms` is all of one owner's, `find_ms` a name among all accounts,
    `search_ms` a question to one owner's passages, each the median of twenty; `rotated_rows_per_second` includes rewriting the
    file."""
    found: dict[str, object] = {"accounts": accounts, "owners": owners}
    for name, seals in (("plain", Seals()), ("sealed", Seals(OLD))):
        with tempfile.TemporaryDirectory() as folder:
            found[name] = await _one(Path(folder) / "bench.db", seals, owners=owners, accounts=accounts)
    return found


async def _one(path: Path, seals: Seals, *, owners: int, accounts: int) -> dict[str, float]:
    database = Database(f"sqlite+aiosqlite:///{path}", seals=seals)
    await database.migrate()
    began = perf_counter()
    await _fill(database, owners=owners, accounts=accounts)
    stored = perf_counter() - began
    theirs = [f"a{number}" for number in range(0, accounts, owners)]

    async def book() -> None:
        async with database.reading() as tx:
            assert len(await tx.snapshots.book("u0")) == len(theirs)

    async def find() -> None:
        async with database.reading() as tx:
            assert await tx.snapshots.find_accounts(f"Company {accounts - 1}")

    async def search() -> None:
        async with database.reading() as tx:
            assert await tx.full_text.search(theirs, "When do they want the calculations?")

    figures = {"book_ms": await _median(book), "find_ms": await _median(find), "search_ms": await _median(search)}
    await database.scrub()
    await database.close()
    size = (await asyncio.to_thread(path.stat)).st_size / 2**20
    again = Database(f"sqlite+aiosqlite:///{path}", seals=Seals(NEW, [OLD]) if seals.current_id else Seals(NEW))
    began = perf_counter()
    report = await SealRows(again, At())(by="operator")
    rate = report.rows / (perf_counter() - began)
    await again.close()
    return {
        "store_seconds": round(stored, 2),
        **figures,
        "megabytes": round(size, 1),
        "rotated_rows_per_second": round(rate),
    }


async def _fill(database: Database, *, owners: int, accounts: int) -> None:
    for start in range(0, accounts, 500):
        records: list[Entity] = []
        passages: list[Passage] = []
        for number in range(start, min(start + 500, accounts)):
            id, owner = f"a{number}", f"u{number % owners}"
            records += [
                replace(account(id), name=f"Company {number}", owner_id=owner),
                replace(deal(f"d{number}", id), owner_id=owner),
                *(replace(note(f"n{number}-{each}", id), text=TEXT, owner_id=owner) for each in range(2)),
            ]
            passages += [
                Passage(
                    id=f"note:{id}:{each}", account_id=id, kind=MemoryKind.NOTE, record_id=f"n{number}-{each}", author=owner,
                    title="A call", text=f"{TEXT} {number}", at=NOW - timedelta(days=each),
                )
                for each in range(4)
            ]  # fmt: skip
        async with database.transaction() as tx:
            await tx.snapshots.upsert(records, seen_at=NOW)
            await tx.memory.upsert(passages)


async def _median(act: Callable[[], Awaitable[None]]) -> float:
    times = []
    for _ in range(ROUNDS):
        began = perf_counter()
        await act()
        times.append((perf_counter() - began) * 1_000)
    return round(median(times), 1)

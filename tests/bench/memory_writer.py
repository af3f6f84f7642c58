"""Puts passages into a store until it is ended, for `tests.bench memory`: 500 a second, in batches."""

from __future__ import annotations

import asyncio
import sys
from itertools import count, islice
from random import Random

from store.database import Database
from store.domain.memory.passage import MemoryKind, Passage, passage_id
from tests.bench.sandbox import NIGHT

BATCH, PAUSE = 250, 0.5  # passages, seconds


async def main(url: str) -> None:
    database, rng, numbers = Database(url), Random(7), count()
    async with database.reading() as tx:
        account_ids = sorted(await tx.snapshots.account_ids(await tx.snapshots.owner_ids()))
    while True:
        batch = []
        for number in islice(numbers, BATCH):
            record, text = f"bench{number}", f"Talked about renewal {rng.randrange(10**6)} and the next steps."
            batch.append(
                Passage(id=passage_id(MemoryKind.NOTE, record), account_id=rng.choice(account_ids), kind=MemoryKind.NOTE,
                        record_id=record, title="Call", text=text, at=NIGHT)
            )  # fmt: skip
        async with database.transaction() as tx:
            await tx.memory.upsert(batch)
        await asyncio.sleep(PAUSE)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))

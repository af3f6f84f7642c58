"""Bring the index up to date with our tables, applying puts and removals in order from its cursor."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Sequence
from typing import Protocol

import structlog

from integrations.memory.errors import EmbedderUnavailable, IndexDamaged, IndexUnavailable
from store.database import Database
from store.domain.errors import StoreUnavailable
from store.domain.memory.passage import Passage

log = structlog.get_logger(__name__)

BATCH = 500  # passages per put, so that a reader never waits longer
TellPlace = Callable[[int, int], None]


class Writable(Protocol):
    @property
    def cursor(self) -> int: ...

    @property
    def damaged(self) -> bool: ...

    async def put(
        self, passages: Sequence[Passage], *, gone: Collection[str] = (), cursor: int | None = None
    ) -> None: ...

    async def forget(self, account_id: str) -> int: ...

    async def settle(self) -> None: ...


async def catch_up(database: Database, index: Writable, *, progress: TellPlace | None = None) -> int:
    """Put the missing passages and return how many. `progress` gets the position reached and the last one.

    Safe to interrupt anywhere: the next run continues from the cursor. Raises: StoreUnavailable, EmbedderUnavailable,
    IndexUnavailable.
    """
    put = 0
    while True:
        async with database.reading() as tx:
            kept = await tx.memory.after(index.cursor, BATCH)
            last = await tx.memory.last_seq() if progress else 0
        if not kept:
            await index.settle()
            return put
        for account_id in await _forgotten(database, {each.passage.account_id for each in kept if each.gone}):
            await index.forget(account_id)  # erase its bytes before the cursor records the removal
        await index.put(
            [each.passage for each in kept if not each.gone],
            gone=[each.passage.id for each in kept if each.gone],
            cursor=kept[-1].seq,
        )
        put += len(kept)
        if progress:
            progress(index.cursor, last)
        await asyncio.sleep(0)


async def _forgotten(database: Database, account_ids: Collection[str]) -> list[str]:
    async with database.reading() as tx:
        return [each for each in sorted(account_ids) if await tx.forgotten.get(each) is not None]


async def follow(database: Database, index: Writable, *, every: float) -> None:
    """Catch up every `every` seconds, retrying failures at the next turn.

    Runs until we, or a reader, find the index damaged. Raises: IndexDamaged.
    """
    while True:
        try:
            if put := await catch_up(database, index):
                log.info("memory.indexed", passages=put, cursor=index.cursor)
        except IndexDamaged:
            raise
        except (StoreUnavailable, EmbedderUnavailable, IndexUnavailable) as exc:
            log.warning("memory.not_indexed", problem=str(exc))
        await asyncio.sleep(every)
        if index.damaged:
            raise IndexDamaged("The memory index failed on its own files and is being checked.")

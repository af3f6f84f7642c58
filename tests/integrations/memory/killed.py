"""Processes that fill an index in batches and kill themselves, each at another point.

`python -m tests.integrations.memory.killed FOLDER KILLS [DATABASE_URL]` prints a line `POINT SIGNAL` for each and leaves the index
in the place of that name. KILLS more die one after the other over the index in the place `chance`, each at a moment that nobody
chose. They are forked from one that has imported Cognee, so that this is paid for once."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
import traceback
from importlib import import_module
from pathlib import Path
from random import Random
from typing import Any

from integrations.memory.cognee_index import CogneeIndex
from integrations.memory.cognee_settings import configure
from integrations.memory.postgres.index import PostgresStorage
from store.domain.memory.passage import Passage
from tests.integrations.memory.makers import ACME, BETA, passage
from tests.integrations.memory.place import Place

WORDS = ["renewal", "price", "sponsor", "security", "legal", "budget", "pilot", "outage", "invoice", "discount"]
EMBEDDED = ("begun", "vectors", "before-cursor", "after-cursor", "removal")
POSTGRES = ("before-cursor", "moved", "deleted", "before-commit", "after-cursor", "removal")
BATCH = 10


def truth() -> list[Passage]:
    return [
        passage(
            number,
            f"{WORDS[number % 10]} and {WORDS[number * 7 % 9]} came up, number {number}",
            account=ACME if number % 3 else BETA,
            deal=f"deal-{number % 4}",
            contact=f"contact-{number % 5}",
            days=number,
        )
        for number in range(40)
    ]


GONE = frozenset(one.id for one in truth()[3:6])


async def fill(index: CogneeIndex) -> None:
    """From the cursor to the end, as whoever follows the passages does; the last batch removes some of the first."""
    told = truth()
    while index.cursor < len(told):
        last = min(index.cursor + BATCH, len(told))
        gone = GONE if last == len(told) else frozenset()
        await index.put(told[index.cursor : last], gone=gone, cursor=last)


def arm(index: CogneeIndex, point: str) -> None:
    """The second batch (the last one for a removal) dies at this point."""
    storage: Any = index.storage
    if isinstance(storage, PostgresStorage):
        owner, name, after, turn = {
            "before-cursor": (storage, "_save", False, 2),
            "moved": (storage, "_save", True, 2),
            "deleted": (storage._rows, "delete", True, 2),
            "before-commit": (storage._rows, "copy", True, 2),
            "after-cursor": (storage, "put", True, 2),
            "removal": (storage._rows, "delete", True, 4),
        }[point]
    else:
        owner, name, after, turn = {
            "begun": (storage._vectors, "put", False, 2),
            "vectors": (storage._vectors, "put", True, 2),
            "before-cursor": (storage._folder, "save", False, 2),
            "after-cursor": (storage._folder, "save", True, 2),
            "removal": (storage._vectors, "remove", True, 4),
        }[point]
    original, calls = getattr(owner, name), 0

    def die() -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    async def later(*args: Any, **named: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == turn and not after:
            die()
        result = await original(*args, **named)
        if calls == turn:
            die()
        return result

    def at_once(*args: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == turn and not after:
            die()
        original(*args)
        if calls == turn:
            die()

    setattr(owner, name, at_once if name == "save" else later)


async def main(place: Place, point: str) -> None:
    index = await place.named(point).open()
    arm(index, point)
    await fill(index)
    await index.close()


async def over_and_over(place: Place, opened: int) -> None:
    """Fills it, and what was filled once more, until somebody ends that."""
    index = await place.open()
    os.write(opened, b"!")
    while True:
        await fill(index)
        await index.put(truth()[:BATCH], cursor=BATCH)


def fork_and_kill(place: Place, seconds: float) -> int:
    """The signal that ended the child, so long after it had opened the index."""
    ready, opened = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            asyncio.run(over_and_over(place, opened))
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(1)
    os.close(opened)
    os.read(ready, 1)
    os.close(ready)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    return os.WTERMSIG(os.waitpid(child, 0)[1])


def fork(place: Place, point: str) -> int:
    """The signal that ended the child."""
    child = os.fork()
    if child == 0:
        try:
            asyncio.run(main(place, point))
        finally:
            os._exit(1)
    return os.WTERMSIG(os.waitpid(child, 0)[1])


if __name__ == "__main__":
    where = Place(Path(sys.argv[1]), *sys.argv[3:4])
    configure(where.path / "cognee")
    import_module("cognee.infrastructure.databases.vector.lancedb.LanceDBAdapter")
    import_module("cognee.infrastructure.databases.vector.pgvector.PGVectorAdapter")
    for name in POSTGRES if where.database_url else EMBEDDED:
        print(name, fork(where, name), flush=True)
    chance = Random(11)
    for _ in range(int(sys.argv[2])):
        print("chance", fork_and_kill(where.named("chance"), chance.uniform(0, 1)), flush=True)

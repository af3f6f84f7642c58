"""Processes that fill an index in batches and kill themselves, each at another point: `python -m tests.integrations.memory.killed
FOLDER [DATABASE_URL]` prints a line `POINT SIGNAL` for each and leaves the index in the place of that name. They are forked from
one that has imported Cognee, so that this is paid for once."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

from integrations.memory.cognee_index import CogneeIndex
from integrations.memory.cognee_settings import configure
from integrations.memory.postgres_index import PostgresStorage
from store.domain.memory import Passage
from tests.integrations.memory.makers import ACME, BETA, passage
from tests.integrations.memory.place import Place

WORDS = ["renewal", "price", "sponsor", "security", "legal", "budget", "pilot", "outage", "invoice", "discount"]
EMBEDDED = ("vectors", "between", "graph", "before-cursor", "after-cursor", "removal")
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
            "vectors": (storage._vectors, "put", True, 2),
            "between": (storage._graph, "put", False, 2),
            "graph": (storage._graph._adapter, "add_nodes", True, 2),
            "before-cursor": (storage._folder, "save", False, 2),
            "after-cursor": (storage._folder, "save", True, 2),
            "removal": (storage._graph, "remove", True, 1),
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
    where = Place(Path(sys.argv[1]), *sys.argv[2:3])
    configure(where.path / "cognee")
    import_module("cognee.infrastructure.databases.vector.lancedb.LanceDBAdapter")
    import_module("cognee.infrastructure.databases.graph.ladybug.adapter")
    import_module("cognee.infrastructure.databases.vector.pgvector.PGVectorAdapter")
    for name in POSTGRES if where.database_url else EMBEDDED:
        print(name, fork(where, name), flush=True)

"""Processes that fill an index in batches and kill themselves, each at another point: `python -m tests.integrations.memory.killed
FOLDER KILLS` prints a line `POINT SIGNAL` for each and leaves the index in `FOLDER/POINT`. KILLS more die one after the other over
the index in `FOLDER/chance`, each at a moment that nobody chose. They are forked from one that has imported Cognee, so that this is
paid for once."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from importlib import import_module
from pathlib import Path
from random import Random
from typing import Any

from integrations.memory.cognee_index import CogneeIndex, open_index
from integrations.memory.cognee_settings import configure
from integrations.memory.embedders.hashing import HashingEmbedder
from integrations.memory.index_folder import IndexState
from store.domain.memory import Passage
from tests.integrations.memory.makers import ACME, BETA, passage

WORDS = ["renewal", "price", "sponsor", "security", "legal", "budget", "pilot", "outage", "invoice", "discount"]
POINTS = ("begun", "vectors", "between", "graph", "before-cursor", "after-cursor", "removal")
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


def arm(index: Any, point: str) -> None:
    """The second batch (the last one for a removal) dies at this point."""
    owner, name, after = {
        "begun": (index._vectors, "put", False),
        "vectors": (index._vectors, "put", True),
        "between": (index._graph, "put", False),
        "graph": (index._graph._adapter, "add_nodes", True),
        "before-cursor": (index._folder, "save", False),
        "after-cursor": (index._folder, "save", True),
        "removal": (index._graph, "remove", True),
    }[point]
    original, calls = getattr(owner, name), 0

    def die() -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    async def later(*args: Any) -> Any:
        nonlocal calls
        calls += 1
        due = calls == (1 if point == "removal" else 2)
        if due and not after:
            die()
        result = await original(*args)
        if due:
            die()
        return result

    def at_once(state: IndexState) -> None:
        nonlocal calls
        calls += not state.pending  # the state is kept before a batch as well
        due = calls == 2 and not state.pending
        if due and not after:
            die()
        original(state)
        if due:
            die()

    setattr(owner, name, at_once if name == "save" else later)


async def main(folder: Path, point: str) -> None:
    index = await open_index(folder, HashingEmbedder(64))
    arm(index, point)
    await fill(index)
    await index.close()


async def over_and_over(folder: Path, opened: int) -> None:
    """Fills it, and what was filled once more, until somebody ends that."""
    index = await open_index(folder, HashingEmbedder(64))
    os.write(opened, b"!")
    while True:
        await fill(index)
        await index.put(truth()[:BATCH], cursor=BATCH)


def fork_and_kill(folder: Path, seconds: float) -> int:
    """The signal that ended the child, so long after it had opened the index."""
    ready, opened = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            asyncio.run(over_and_over(folder, opened))
        finally:
            os._exit(1)
    os.close(opened)
    os.read(ready, 1)
    os.close(ready)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    return os.WTERMSIG(os.waitpid(child, 0)[1])


def fork(folder: Path, point: str) -> int:
    """The signal that ended the child."""
    child = os.fork()
    if child == 0:
        try:
            asyncio.run(main(folder / point, point))
        finally:
            os._exit(1)
    return os.WTERMSIG(os.waitpid(child, 0)[1])


if __name__ == "__main__":
    where = Path(sys.argv[1])
    configure(where / "cognee")
    import_module("cognee.infrastructure.databases.vector.lancedb.LanceDBAdapter")
    import_module("cognee.infrastructure.databases.graph.ladybug.adapter")
    for name in POINTS:
        print(name, fork(where, name), flush=True)
    chance = Random(11)
    for _ in range(int(sys.argv[2])):
        print("chance", fork_and_kill(where / "chance", chance.uniform(0, 1)), flush=True)

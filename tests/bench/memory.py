"""The memory of a whole company: how long it takes to build, how much it needs, and how fast it answers over MCP.

What the CRM holds is read first and is not counted. `remember_seconds` is from there to passages in our tables, with full
text; `index_seconds` is from there to vectors, in the memory's own process and with its start; both make `ingest_seconds`.
`settle_seconds` is from there until nothing is left to be done that makes it quicker to search, which on PostgreSQL builds
the ANN index. `peak_mb` is the most that the memory's process held. Then owners search their own accounts, one after the
other, while nothing is written, and again while passages are.
"""

from __future__ import annotations

import asyncio
import os
import re
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from random import Random
from statistics import quantiles
from time import perf_counter
from typing import Any

from agents.flows.records.remember import Remember
from bot.clock import SimulatedClock, SystemClock
from bot.settings import Settings
from bot.wiring.memory_link import environment_of
from bot.wiring.resources import open_services
from bot.wiring.seals import seals_of
from integrations.memory_client import MemoryClient, own_process
from store.database import Database
from store.domain.errors import MemoryUnavailable
from tests.bench.company import settings_of
from tests.bench.sandbox import NIGHT
from tests.bench.sync import sandbox_process
from tests.postgres import postgres_server

QUERIES = 300
SHARED_BUFFERS = "1GB"  # of PostgreSQL, as compose.yaml has it
WRITER_STARTS = 3.0  # seconds
TOLD = 10.0  # seconds between two lines on standard error


async def measure(*, owners: int, accounts: int, postgres: bool = False) -> dict[str, object]:
    """Milliseconds are of whole calls of `cognee_search_memory`, through standard input and output."""
    with tempfile.TemporaryDirectory() as folder:
        async with AsyncExitStack() as stack:
            url = _sqlalchemy(stack.enter_context(postgres_server(shared_buffers=SHARED_BUFFERS))) if postgres else ""
            settings, database = await stack.enter_async_context(
                _read(Path(folder), owners=owners, accounts=accounts, url=url)
            )
            started = perf_counter()
            report = await Remember(database, SimulatedClock(NIGHT))()
            remembered = perf_counter() - started
            connect, key = own_process(environment_of(settings.memory, settings.storage, settings.log))
            client = MemoryClient(connect, key=key, tenant=settings.memory.tenant, timeout=60, now=SystemClock().now)
            stack.push_async_callback(client.close)
            indexed = await _until(client, lambda status: status["index"] is not None and status["behind"] == 0)
            settled = await _until(client, lambda status: status["index"] is not None and status["index"]["settled"])
            questions = await _questions(database, QUERIES)
            await _ask(client, questions[:20])
            idle = await _ask(client, questions)
            writing = await _while_writing(settings, client, questions)
            status = await client.call("memory_status", {}, owner_id=None)
            peak = _peak_mb()
    return {
        "accounts": accounts,
        "database": "postgresql" if postgres else "sqlite",
        "passages": sum(status["passages"].values()),
        "records": report.records,
        "remember_seconds": round(remembered, 1),
        "index_seconds": round(indexed, 1),
        "ingest_seconds": round(remembered + indexed, 1),
        "settle_seconds": round(settled, 1),
        "peak_mb": peak,
        "index_mb": round(status["index"]["bytes_on_disk"] / 2**20),
        "query_p50_ms": _percentile(idle, 50),
        "query_p95_ms": _percentile(idle, 95),
        "query_p50_ms_writing": _percentile(writing, 50),
        "query_p95_ms_writing": _percentile(writing, 95),
    }


@asynccontextmanager
async def _read(folder: Path, *, owners: int, accounts: int, url: str) -> AsyncIterator[tuple[Settings, Database]]:
    """A store that holds what the CRM does; the CRM itself is gone."""
    async with sandbox_process(folder, owners=owners, accounts=accounts, latency=0) as sandbox:
        settings = settings_of(sandbox.settings, folder, database_url=url, memory_follow_seconds=0.1)
        async with open_services(settings, SimulatedClock(NIGHT)) as services:
            await services.sync()
    database = Database(settings.storage.database, seals=seals_of(settings.storage))
    try:
        yield settings, database
    finally:
        await database.close()


def _sqlalchemy(address: str) -> str:
    return address.replace("postgresql://", "postgresql+psycopg://", 1)


def _peak_mb() -> int:
    """What the memory's process held at most so far."""
    for child in Path(f"/proc/self/task/{os.getpid()}/children").read_text().split():
        if b"memory" in Path(f"/proc/{child}/cmdline").read_bytes().split(b"\0"):
            found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{child}/status").read_text())
            return int(found[1]) // 1024 if found else 0
    return 0


def _percentile(values: Sequence[float], share: int) -> float:
    return round(quantiles(values, n=100, method="inclusive")[share - 1], 1)


async def _until(client: MemoryClient, is_so: Callable[[Mapping[str, Any]], bool]) -> float:
    """Seconds until the status is so."""
    started = told = perf_counter()
    while True:
        try:
            status = await client.call("memory_status", {}, owner_id=None)
        except MemoryUnavailable:
            status = {"index": None, "behind": None}
        if is_so(status):
            return perf_counter() - started
        if perf_counter() - told > TOLD:
            told = perf_counter()
            print(f"behind by {status['behind']} passages", file=sys.stderr)
        await asyncio.sleep(0.5)


async def _questions(database: Database, count: int) -> list[tuple[str, str]]:
    """(owner, a few words of something on one of their accounts)."""
    rng = Random(7)
    async with database.reading() as tx:
        owners = [(each, await tx.snapshots.account_ids([each])) for each in sorted(await tx.snapshots.owner_ids())]
        asked = []
        for _ in range(count):
            owner, account_ids = rng.choice([each for each in owners if each[1]])
            account_id = rng.choice(account_ids)
            held = await tx.memory.timeline(account_id, since=NIGHT.replace(year=2000), limit=20)
            words = re.findall(r"\w{4,}", rng.choice(held).text) if held else ["renewal"]
            asked.append((owner, " ".join(rng.sample(words, min(4, len(words)))) or "renewal"))
    return asked


async def _ask(client: MemoryClient, questions: Sequence[tuple[str, str]]) -> list[float]:
    """Milliseconds of each."""
    took = []
    for owner, query in questions:
        started = perf_counter()
        answer = await client.call("cognee_search_memory", {"query": query}, owner_id=owner)
        took.append((perf_counter() - started) * 1_000)
        assert not answer["by_words_alone"]
    return took


async def _while_writing(settings: Settings, client: MemoryClient, questions: Sequence[tuple[str, str]]) -> list[float]:
    """The same questions while another process puts passages without a pause, and the index follows them."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.bench.memory_writer", settings.storage.database
    )
    try:
        await asyncio.sleep(WRITER_STARTS)
        return await _ask(client, questions)
    finally:
        process.terminate()
        await process.wait()

"""Honest requests, one after the other, before and during a siege, and the server's memory meanwhile."""

from __future__ import annotations

import asyncio
import multiprocessing
import statistics
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from time import perf_counter

from tests.bench.doors import crowd
from tests.bench.doors.servers import SERVERS, run

PAUSE_SECONDS = 0.01
_SPAWN = multiprocessing.get_context("spawn")


async def measure(*, connections: int, seconds: float, servers: Sequence[str]) -> dict[str, object]:
    """A row for each server; in all, the connections to each, and the worst of the rows."""
    rows = [await _besieged(name, connections, seconds) for name in servers]
    return {
        "connections": connections,
        "rss_growth_mb": max(float(str(row["rss_growth_mb"])) for row in rows),
        "served_meanwhile_p99_ms": max(float(str(row["served_meanwhile_p99_ms"])) for row in rows),
        "not_served": sum(int(str(row["not_served"])) for row in rows),
        "servers": rows,
    }


async def _besieged(name: str, connections: int, seconds: float) -> dict[str, object]:
    async with _process(run, name) as (pipe, pid):
        port = await asyncio.to_thread(pipe.recv)
        honest = Honest(name, port)
        await honest.ask_for(1.0)  # what a first request loads
        before, honest.times = _rss_mb(pid), []
        await honest.ask_for(seconds / 2)
        idle, honest.times = honest.times, []
        async with _process(crowd.run, name, port, connections) as (siege, _):
            asking = asyncio.create_task(honest.ask_for(seconds, pid=pid))
            opened = await asyncio.to_thread(siege.recv)
            await asking  # on its own connection, which no second asker may use at the same time
            await honest.ask_for(seconds, pid=pid)
            siege.send(None)
            times = await asyncio.to_thread(siege.recv)
        pipe.send(None)
    return {
        "server": name,
        "connections": opened,
        "opened": times,
        "rss_growth_mb": round(max(honest.peak_mb - before, 0.0), 1),
        "served": len(honest.times),
        "not_served": honest.not_served,
        "served_idle_p99_ms": _p99(idle),
        "served_meanwhile_p50_ms": round(statistics.median(honest.times), 1),
        "served_meanwhile_p99_ms": _p99(honest.times),
    }


class Honest:
    """Clients who ask over a connection that stays open, and over a new one for each request, in turn."""

    def __init__(self, name: str, port: int) -> None:
        self._ask = SERVERS[name].honest
        self._port = port
        self._kept: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self.times: list[float] = []
        self.not_served = 0
        self.peak_mb = 0.0

    async def ask_for(self, seconds: float, *, pid: int | None = None) -> None:
        end = perf_counter() + seconds
        while perf_counter() < end:
            for anew in (True, False):
                began = perf_counter()
                self.not_served += not await self._served(anew=anew)
                self.times.append((perf_counter() - began) * 1000)
            if pid is not None:
                self.peak_mb = max(self.peak_mb, _rss_mb(pid))
            await asyncio.sleep(PAUSE_SECONDS)

    async def _served(self, *, anew: bool) -> bool:
        streams = None if anew else self._kept
        try:
            async with asyncio.timeout(10):
                reader, writer = streams or await asyncio.open_connection("127.0.0.1", self._port)
                writer.write(self._ask())
                head = await reader.readuntil(b"\r\n\r\n")
                await _body(reader, head.lower())
        except (OSError, TimeoutError, asyncio.IncompleteReadError):
            if not anew:
                self._kept = None
            return False
        if anew:
            writer.close()
        else:
            self._kept = reader, writer
        return b" 200 " in head.split(b"\r\n", 1)[0]


async def _body(reader: asyncio.StreamReader, head: bytes) -> None:
    if b"transfer-encoding: chunked" in head:
        while size := int(await reader.readline(), 16):
            await reader.readexactly(size + 2)
        await reader.readline()
        return
    length = next(line for line in head.split(b"\r\n") if line.startswith(b"content-length:"))
    await reader.readexactly(int(length.partition(b":")[2]))


@asynccontextmanager
async def _process(target: object, *arguments: object) -> AsyncIterator[tuple[Connection, int]]:
    ours, theirs = _SPAWN.Pipe()
    process = _SPAWN.Process(target=target, args=(*arguments, theirs), daemon=True)  # type: ignore[arg-type]  # a function of this package
    process.start()
    try:
        yield ours, process.pid or 0
    finally:
        process.join(0.5)
        process.terminate()
        await asyncio.to_thread(process.join)


def _rss_mb(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1]) / 1024


def _p99(times: list[float]) -> float:
    return round(statistics.quantiles(times, n=100)[98], 1)

"""Reading the whole CRM, and then what 5 % of its accounts changed: calls, credits, seconds and memory.

The sandbox runs in a process of its own, with a latency of 150 ms a call, so that time and memory are those of the bot alone.
"""

from __future__ import annotations

import asyncio
import json
import resource
import sys
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

from bot.clock import SimulatedClock
from bot.settings.zoho import ZohoSettings
from bot.wiring.resources import Services, open_services
from tests.bench.company import settings_of
from tests.bench.sandbox import MORNING, NIGHT

LATENCY = 0.15  # seconds
A_MINUTE = ZohoSettings().requests_per_minute
NAIVE_CALLS = 3  # an account: itself, its deals, its activities


@dataclass(frozen=True, slots=True, kw_only=True)
class Sandbox:
    """What the sandbox's process says of itself, and the pipe by which it hears to play the day."""

    settings: Mapping[str, Any]
    process: asyncio.subprocess.Process

    async def tell(self, word: str) -> dict[str, Any]:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(f"{word}\n".encode())
        await self.process.stdin.drain()
        answer: dict[str, Any] = json.loads(await self.process.stdout.readline())
        return answer


async def measure(*, owners: int, accounts: int, notes: str = "queried") -> dict[str, object]:
    """`initial` and `delta`, in an organisation where `notes` may be queried or have to be "listed", 200 a call. `rows` are
    those that came over the wire, `peak_mb` is this process's peak so far, `ceilings` what the settings allow by default and
    the most that the CRM saw."""
    with tempfile.TemporaryDirectory() as folder:
        async with sandbox_process(Path(folder), owners=owners, accounts=accounts, notes=notes) as sandbox:
            clock = SimulatedClock(NIGHT)
            settings = settings_of(sandbox.settings, Path(folder), requests_per_minute=A_MINUTE)
            async with open_services(settings, clock) as services:
                initial = await _sync(services, sandbox)
                changed = await sandbox.tell("play")
                clock.advance_to(MORNING)
                delta = await _sync(services, sandbox)
                seen = await sandbox.tell("count")
    return {
        "accounts": accounts,
        "notes": notes,
        "initial": initial | {"calls_naive": NAIVE_CALLS * accounts},
        "delta": delta | {"accounts_changed": changed["accounts"], "calls_naive": NAIVE_CALLS * accounts},
        "ceilings": {
            "a_minute": settings.zoho.requests_per_minute,
            "most_in_a_minute": seen["most_in_a_minute"],
            "at_once": settings.zoho.concurrency,
            "most_at_once": seen["most_at_once"],
            "sign_ins": seen["sign_ins"],
        },
    }


async def _sync(services: Services, sandbox: Sandbox) -> dict[str, object]:
    before = await sandbox.tell("count")
    began = perf_counter()
    report = await services.sync()
    seconds = perf_counter() - began
    after = await sandbox.tell("count")
    return {
        "calls": after["calls"] - before["calls"],
        "credits": after["credits"] - before["credits"],
        "seconds": round(seconds, 1),
        "rows": sum(report.rows.values()),
        "changes": report.changes,
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


@asynccontextmanager
async def sandbox_process(
    folder: Path, *, owners: int, accounts: int, notes: str = "queried", latency: float = LATENCY
) -> AsyncIterator[Sandbox]:
    """The sandbox CRM at work; `latency` in seconds a call."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.bench.sandbox", str(folder / "zoho.db"), str(owners), str(accounts), str(latency), notes,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout
    try:
        yield Sandbox(settings=json.loads(await process.stdout.readline()), process=process)
    finally:
        process.terminate()
        await process.wait()

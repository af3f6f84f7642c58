"""SIGTERM ends `sergas serve` within ten seconds, whatever keeps it from starting."""

from __future__ import annotations

import asyncio
import signal
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.bot.shell import ROOT
from tests.flows.stage import Stage, stage

LIMIT = 10.0


@asynccontextmanager
async def abyss() -> AsyncIterator[tuple[int, asyncio.Event]]:
    """A port that lets everyone in and answers nothing, and an event that is set when someone calls."""
    called = asyncio.Event()

    async def swallow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        called.set()
        await reader.read()
        writer.close()

    server = await asyncio.start_server(swallow, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1], called
    finally:
        server.close()


async def serve(made: Stage, home: Path, **settings: object) -> Process:
    given = {name: value for name, value in made.settings.items() if name[0] != "_"} | settings
    environment = {f"SERGAS_{name.upper()}": str(value) for name, value in given.items()}
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "serve", cwd=home, env={**environment, "PYTHONPATH": str(ROOT)}, stderr=PIPE
    )


async def stopped(process: Process) -> tuple[float, bytes]:
    """How long it took to end after SIGTERM, and what it said since."""
    process.send_signal(signal.SIGTERM)
    began = time.monotonic()
    async with asyncio.timeout(3 * LIMIT):
        _, told = await process.communicate()
    return time.monotonic() - began, told


async def hears(process: Process, word: bytes) -> None:
    assert process.stderr
    async with asyncio.timeout(90):
        while word not in (line := await process.stderr.readline()):
            assert line, "it ended by itself"


@pytest.fixture
async def made(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Stage]:
    async with stage(sqlite_url, tmp_path) as opened:
        await opened.stop()
        yield opened


@pytest.mark.slow
@pytest.mark.parametrize("what", ["slack_api_url", "zoho_accounts_url"])
async def test_while_a_service_does_not_answer_at_the_start(made: Stage, tmp_path: Path, what: str) -> None:
    async with abyss() as (port, called):
        process = await serve(made, tmp_path, **{what: f"http://127.0.0.1:{port}/api/"})
        async with asyncio.timeout(90):
            await called.wait()
        seconds, told = await stopped(process)
    assert seconds < LIMIT
    assert b"start.cancelled" in told or b"serve.stopping" in told  # it starts without Zoho


@pytest.mark.slow
async def test_while_slack_refuses_the_app_at_the_start(made: Stage, tmp_path: Path) -> None:
    process = await serve(made, tmp_path, slack_app_token="xapp-wrong", log_level="DEBUG")
    await hears(process, b"invalid_auth")
    seconds, told = await stopped(process)
    assert seconds < LIMIT
    assert b"start.cancelled" in told


@pytest.mark.slow
@pytest.mark.parametrize("what", ["database_url", "engine_url"])
async def test_while_a_database_does_not_answer_at_the_start(made: Stage, tmp_path: Path, what: str) -> None:
    async with abyss() as (port, called):
        process = await serve(made, tmp_path, **{what: f"postgresql://u:p@127.0.0.1:{port}/sergas"})
        async with asyncio.timeout(90):
            await called.wait()
        await asyncio.sleep(0.5)  # it waits for the answer by now
        seconds, _ = await stopped(process)
    assert seconds < LIMIT

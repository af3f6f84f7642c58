"""A process keeps to the connections to PostgreSQL that its settings give it."""

from __future__ import annotations

import asyncio
import signal
import sys
from asyncio.subprocess import PIPE
from pathlib import Path

import psycopg
import pytest

from bot.settings.connections import LOCK, divided, divided_in_memory
from tests.bot.shell import ROOT
from tests.engine.processes import office

BUDGET = 12


@pytest.mark.parametrize("total", [12, 13, 18, 40, 97])
def test_the_shares_add_up_to_the_budget(total: int) -> None:
    shares = divided(total)
    assert LOCK + shares.tables + shares.engine + shares.memory == total
    memory = divided_in_memory(shares.memory)
    assert LOCK + memory.tables + memory.index == shares.memory
    assert min(shares.tables, shares.engine, memory.tables, memory.index) >= 1


@pytest.mark.slow
@pytest.mark.postgres
async def test_a_worker_at_work_opens_no_more_connections_than_its_budget(postgres_url: str, tmp_path: Path) -> None:
    async with office(postgres_url, tmp_path, owners=4) as opened:
        settings = {**opened.settings, "memory_url": "", "database_connections": BUDGET, "brief_time": "00:00"}
        given = {f"SERGAS_{name.upper()}": str(value) for name, value in settings.items() if name[0] != "_"}
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "serve", cwd=tmp_path, env={**given, "PYTHONPATH": str(ROOT)}, stderr=PIPE
        )
        assert process.stderr
        reading = asyncio.create_task(process.stderr.read())
        most = 0
        async with asyncio.timeout(240):
            while not (most and any(opened.messages(user) for user in opened.users)) or most < BUDGET // 2:
                assert process.returncode is None, await reading
                most = max(most, await asyncio.to_thread(connections, postgres_url))
                await asyncio.sleep(0.05)
        process.send_signal(signal.SIGTERM)
        await process.wait()
        await reading
    assert most <= BUDGET


def connections(url: str) -> int:
    """How many there are to this database, but for the one that asks."""
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        row = connection.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " AND backend_type = 'client backend'"
        ).fetchone()
    return int(row[0]) if row else 0

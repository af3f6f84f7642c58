"""`sergas serve` as a process among others: one engine under one name, parts that need PostgreSQL, and an orderly end."""

from __future__ import annotations

import asyncio
import signal
import sys
from asyncio.subprocess import PIPE
from collections.abc import Mapping
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa

from bot.jobs.job import ProcessRole
from bot.jobs.locks import holding_file, holding_on_server
from tests.bot.shell import ROOT, Ran, sergas
from tests.engine.processes import office

CREDENTIALS: Mapping[str, object] = {
    "zoho_client_id": "id",
    "zoho_client_secret": "secret",
    "zoho_refresh_token": "token",
    "slack_bot_token": "xoxb-1",
    "slack_app_token": "xapp-1",
}


async def serve(home: Path, *arguments: str, **settings: object) -> Ran:
    return await asyncio.to_thread(
        lambda: sergas("serve", *arguments, cwd=home, home=home, **{**CREDENTIALS, **settings})
    )


async def test_a_second_process_over_the_same_folder_is_refused(tmp_path: Path) -> None:
    async with holding_file(tmp_path / "engine.lock"):
        ran = await serve(tmp_path)

    assert ran.returncode == 2
    assert ran.stderr == (
        f"sergas: Another sergas is running over {tmp_path}. Stop it first; several processes need PostgreSQL.\n"
    )


@pytest.mark.postgres
async def test_a_second_process_under_the_same_name_is_refused(postgres_url: str, tmp_path: Path) -> None:
    address = sa.make_url(postgres_url).set(drivername="postgresql").render_as_string(hide_password=False)
    async with holding_on_server(address, "the-one"):
        ran = await serve(tmp_path, "--role", "worker", database_url=postgres_url, executor_id="the-one")

    assert ran.returncode == 2
    assert ran.stderr == (
        "sergas: Another sergas is running as executor “the-one”. "
        "Stop it first, or give this one another name with SERGAS_EXECUTOR_ID.\n"
    )


async def test_a_part_alone_needs_postgresql(tmp_path: Path) -> None:
    ran = await serve(tmp_path, "--role", "slack")

    assert ran.returncode == 2
    assert ran.stderr == "sergas: `--role slack` needs PostgreSQL: set SERGAS_DATABASE_URL, or leave --role out.\n"


@pytest.mark.slow
@pytest.mark.postgres
async def test_a_worker_that_loses_its_lock_ends_at_once(postgres_url: str, tmp_path: Path) -> None:
    async with office(postgres_url, tmp_path, owners=2) as opened:
        worker = await opened.child(role=ProcessRole.WORKER, owners=[])
        address = sa.make_url(postgres_url).set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'sergas'"
                " AND datname = current_database()"
            )
        assert await opened.ended(worker) == 1


@pytest.mark.slow
async def test_told_to_stop_it_ends_in_good_order(sqlite_url: str, tmp_path: Path) -> None:
    async with office(sqlite_url, tmp_path, owners=2) as opened:
        given = {f"SERGAS_{name.upper()}": str(value) for name, value in opened.settings.items() if name[0] != "_"}
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "serve", cwd=tmp_path, env={**given, "PYTHONPATH": str(ROOT)}, stderr=PIPE
        )
        assert process.stderr
        async with asyncio.timeout(30):
            while b"serve.started" not in (line := await process.stderr.readline()):
                assert line, "it ended before it had started"
            process.send_signal(signal.SIGTERM)
            rest = (await process.communicate())[1]
    assert process.returncode == 0
    assert b"serve.stopping" in rest
    assert b"Traceback" not in rest

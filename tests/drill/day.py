"""The day: the bot reads the CRM, briefs, is asked, answered, adjusted and rejected, writes, exports, and is robbed twice: while it
runs, and after it stopped."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import os
import shutil
import stat
from collections.abc import AsyncIterator, Iterator, Mapping, Set
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import structlog
from psycopg.sql import SQL, Identifier
from sqlalchemy import make_url

from agents.flows.access.identity import Caller
from agents.flows.records.export_account import ExportAccount
from bot.commands.audit_export import export_to
from bot.commands.files import private_file
from bot.telemetry import configure_logging
from bot.wiring.memory_process import memory_index_cursor
from integrations.sandbox.claude import ClaudeSandbox
from tests.drill.planted import TYPED, Planted, planted_company
from tests.flows.company import ACME, BOREALIS, CEDAR, FIRST_NIGHT
from tests.flows.stage import ANNAS, MORNING, NIGHT, TEAM, Stage, stage

INDEXED_SECONDS = 120
PASSWORD = "correct-horse-fjeldmose"


@dataclass(frozen=True, slots=True, kw_only=True)
class Loot:
    """The files of each place, what was planted, and the modes that files and folders had."""

    places: Mapping[str, list[Path]]
    planted: Planted
    modes: Set[int]


@asynccontextmanager
async def a_day(
    url: str, folder: Path, *, seal_keys: str, whole: bool = False, memory: bool = False
) -> AsyncIterator[Loot]:
    """Gives the loot as long as the block lasts. A `whole` day has Claude and the durable engine, too; `memory` also runs the
    memory's process, which takes ten seconds to load."""
    home, stolen = folder / "home", folder / "stolen"
    _make(home, stolen)
    claude = await ClaudeSandbox("competent", clock=lambda: MORNING).start()
    settings: dict[str, Any] = {"anthropic_url": claude.url, "anthropic_api_key": claude.api_key} if whole else {}
    settings |= {"seal_keys": seal_keys, **({"memory_url": ""} if memory else {})}
    try:
        with _log_to(stolen / "sergas.log"), _private():
            async with stage(url, home, of=planted_company(), durable=whole, **settings) as made:
                token = await made.bot.services.crm.rest.signed_in()
                secrets = (*_secrets(made), claude.api_key, token.value, PASSWORD, *filter(None, seal_keys.split(",")))
                await _lived(made)
                if memory:
                    await _indexed(made)
                exports = await _exported(made, folder / "exports")
                _robbed(url, made, home, stolen / "running")
                modes = _modes_in(home, folder / "exports")
                await made.stop()
                _robbed(url, made, home, stolen / "stopped")
        modes |= _modes_in(home)
        yield Loot(places=_places(stolen, exports), planted=Planted(secrets=secrets), modes=modes)
    finally:
        await claude.stop()


async def _lived(made: Stage) -> None:
    assert await made.look(FIRST_NIGHT)
    assert await made.look(NIGHT)
    await made.morning()
    await made.approve(await made.proposal(ACME))
    await made.open_modal("adjust_proposal", await made.proposal(BOREALIS))
    await made.slack.submit(ANNAS, {"subject": {"subject": f"Ring them {TYPED['adjusted']}"}})
    await made.handled()
    await made.slack.message(ANNAS, f"what did they say about {TYPED['question']}?")
    await made.handled()
    await made.bot.accounts.review.by_id(Caller(team_id=TEAM, user_id=ANNAS, request_id="drill"), CEDAR)
    await made.bot.cards.settled()
    await made.open_modal("reject_proposal", await made.proposal(BOREALIS))
    await made.slack.submit(ANNAS, {"reason": {"reason": "wrong"}, "comment": {"comment": TYPED["comment"]}})
    await made.handled()
    await made.sweep()
    await made.bot.jobs.remember()
    await made.bot.jobs.anchoring()


async def _indexed(made: Stage) -> None:
    """Wait until the memory's index has every passage."""
    services = made.bot.services
    assert services.memory is not None
    await services.memory.answers()
    async with services.database.reading() as tx:
        last = await tx.memory.last_seq()
    async with asyncio.timeout(INDEXED_SECONDS):
        while (await memory_index_cursor(services.settings.memory, services.settings.storage) or 0) < last:  # noqa: ASYNC110 - the folder tells only when asked
            await asyncio.sleep(0.5)


def _secrets(made: Stage) -> tuple[str, ...]:
    told, zoho = made.settings, made.zoho.credentials
    slack = [str(told[name]) for name in ("slack_bot_token", "slack_app_token", "slack_signing_secret")]
    return (*slack, zoho.client_secret, zoho.refresh_token)


def _make(*folders: Path) -> None:
    for folder in folders:
        folder.mkdir(mode=0o700, parents=True)


async def _exported(made: Stage, folder: Path) -> list[Path]:
    _make(folder)
    services = made.bot.services
    held = await ExportAccount(services.database, services.clock)(BOREALIS, by="operator")
    with private_file(folder / "account.json") as file:
        json.dump(held, file, default=str)
    async with services.database.reading() as tx:
        await export_to(folder / "audit.jsonl", tx.audit.written(), {})
    return [folder / "account.json", folder / "audit.jsonl"]


def _robbed(url: str, made: Stage, home: Path, into: Path) -> None:
    """Copy everything the bot keeps, as it lies there."""
    _make(into)
    shutil.copytree(home, into / "home", ignore=shutil.ignore_patterns("lock", "*.sock"))
    if url.startswith("postgresql"):
        _dump(url, into / "tables")
        return
    for path in made.database_file.parent.glob(f"{made.database_file.name}*"):
        (into / "tables").mkdir(exist_ok=True)
        shutil.copyfile(path, into / "tables" / path.name)


def _dump(url: str, into: Path) -> None:
    """Every row of every table of ours, of the engine and of the memory's index: a server may compress them in its files."""
    into.mkdir()
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        names = connection.execute(
            "SELECT schemaname, tablename FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
        ).fetchall()
        for schema, table in names:
            with (into / f"{schema}.{table}").open("wb") as file:
                copying = SQL("COPY {}.{} TO STDOUT").format(Identifier(schema), Identifier(table))
                with connection.cursor().copy(copying) as rows:
                    for row in rows:
                        file.write(row)


def _modes_in(*folders: Path) -> set[int]:
    """Of a home in use, too: some files exist only then."""
    found: set[int] = set()
    for path in (path for folder in folders for path in (folder, *folder.rglob("*"))):
        with suppress(FileNotFoundError):
            found.add(stat.S_IMODE(path.stat().st_mode))
    return found


def _places(stolen: Path, exports: list[Path]) -> dict[str, list[Path]]:
    tables = [path for path in stolen.glob("*/tables/*") if path.is_file()]
    homes = [path for path in stolen.glob("*/home/**/*") if path.is_file() and not path.is_symlink()]
    return {
        "database": [path for path in tables if not path.name.endswith(("-wal", "-shm"))],
        "write-ahead log": [path for path in tables if path.name.endswith(("-wal", "-shm"))],
        "engine": [path for path in homes if path.name.startswith("engine.")],
        "memory's index": [path for path in homes if "memory" in path.parts],
        "anchors and the rest of the home": [
            path for path in homes if not path.name.startswith("engine.") and "memory" not in path.parts
        ],
        "log": [stolen / "sergas.log"],
        "exports": exports,
    }


@contextmanager
def _private() -> Iterator[None]:
    """As the command line sets it."""
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)


@contextmanager
def _log_to(path: Path) -> Iterator[None]:
    before, level = logging.getLogger().handlers, logging.getLogger().level
    stream = io.StringIO()
    configure_logging(level="INFO", stream=stream)
    try:
        yield
    finally:
        logging.getLogger().handlers = before
        logging.getLogger().setLevel(level)
        structlog.reset_defaults()
        path.write_text(stream.getvalue(), encoding="utf-8")


def with_password(url: str) -> str:
    """The address of a server that trusts this machine, with the planted password in it."""
    return make_url(url).set(password=PASSWORD).render_as_string(hide_password=False)

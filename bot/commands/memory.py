"""`sergas memory …`, `sergas forget` and `sergas export`: serve the memory, rebuild its index, delete and export accounts."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import structlog
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from starlette.types import ASGIApp

from agents.flows.records.export_account import ExportAccount
from agents.flows.records.forget_account import ForgetAccount
from agents.flows.records.remember import Remember
from bot.clock import SystemClock
from bot.commands.console import Terminal, write_json
from bot.commands.files import private_file
from bot.commands.names import account_id_of, find_owner
from bot.commands.setup import serving_settings, started
from bot.commands.stop_signal import Wait, until_stopped
from bot.settings import OFF, require
from bot.settings.environment import ENV_FILE
from bot.settings.mcp import McpSettings
from bot.settings.memory import MemorySettings
from bot.settings.storage import StorageSettings
from bot.wiring.database import open_store, open_store_as_it_is
from bot.wiring.memory_process import memory_index_cursor, memory_index_exists, open_memory, open_memory_index
from integrations.loopback import LOOPBACK
from integrations.mcp_servers.asgi_server import serving
from integrations.mcp_servers.http import PATH, http_app, loopback_names
from integrations.mcp_servers.principals import Principal, Principals
from integrations.memory.catch_up import catch_up
from integrations.memory.errors import IndexBusy, IndexDamaged
from integrations.memory_client import MemoryClient, over_http
from store.database import Database
from store.domain.errors import BadInput, SettingError
from store.domain.text.wording import plural

log = structlog.get_logger()
console = Terminal(soft_wrap=True)

TOKEN_LENGTH = 32
# Seconds. A question crosses threads a dozen times, and each time waits this long for the embedding thread.
SWITCH = 0.0005


async def run_memory(*, owner: str | None, env_file: bool) -> int:
    """Serve over standard input and output until the host closes the pipe. Logs go to standard error."""
    settings = serving_settings(env_file=ENV_FILE if env_file else None)
    sys.setswitchinterval(SWITCH)
    async with open_memory(
        settings.memory, settings.storage, SystemClock(), await _principals(settings.memory, settings.storage, owner)
    ) as server:
        await server.run_stdio_async()
    return 0


async def run_memory_http(*, owner: str | None, host: str, port: int, env_file: bool) -> int:
    """Serve until SIGTERM or SIGINT. Raises: SettingError for an invalid token or host names; BadInput for the port."""
    settings = serving_settings(env_file=ENV_FILE if env_file else None)
    sys.setswitchinterval(SWITCH)
    _check(settings.memory, settings.mcp, host)
    token = settings.memory.token.get_secret_value()

    async def serve(stopped: Wait) -> None:
        async with open_memory(
            settings.memory,
            settings.storage,
            SystemClock(),
            await _principals(settings.memory, settings.storage, owner),
        ) as server:

            def build(actual: int) -> ASGIApp:
                own = loopback_names(actual) if host in LOOPBACK else ()
                return http_app(server, token=token, names=[*own, *settings.mcp.names])

            async with serving(build, host=host, port=port) as url:
                log.info("memory.listening", url=url + PATH)
                await stopped()

    await until_stopped(serve)
    return 0


async def run_rebuild() -> int:
    """Rebuild the index from our tables. Raises: IndexBusy if the memory is running."""
    settings = started()
    async with open_store(settings.storage, create=False) as database:
        await _remembered(database)
        index = await open_memory_index(settings.memory, settings.storage, anew=True)
        try:
            with _bar() as bar:
                task = bar.add_task("Indexing", total=None)
                put = await catch_up(
                    database, index, progress=lambda at, last: bar.update(task, completed=at, total=last)
                )
        finally:
            await index.close()
    console.print(f"The index has {put} passages.")
    return 0


async def run_memory_status(*, as_json: bool) -> int:
    """Print how much is remembered and how far the index lags: from the memory over HTTP if one is set, else from our tables
    and the index. Raises: MemoryUnavailable, BadInput."""
    settings = started()
    memory = settings.memory
    if memory.url in ("", OFF):
        told = await _status_here(memory, settings.storage)
    else:
        told = await _status_over_http(memory, timeout=settings.zoho.timeout_seconds)
    if as_json:
        write_json(told)
        return 0
    table = Table(box=None, show_header=False)
    for kind, count in told["passages"].items():
        table.add_row(kind.capitalize(), str(count))
    table.add_row("Waiting to be remembered", str(told["waiting"]))
    table.add_row("Not in the index yet", str(told["behind"]))
    console.print(table)
    return 0


async def _status_over_http(memory: MemorySettings, *, timeout: float) -> dict[str, Any]:
    require(memory, "token")
    token = memory.token.get_secret_value()
    connect, key = over_http(memory.url, token=token, timeout=timeout)
    client = MemoryClient(connect, key=key, tenant=memory.tenant, timeout=timeout, now=SystemClock().now)
    try:
        return await client.call("memory_status", {}, owner_id=None)
    finally:
        await client.close()


async def _status_here(memory: MemorySettings, storage: StorageSettings) -> dict[str, Any]:
    async with open_store_as_it_is(storage) as database, database.reading() as tx:
        counts, waiting, last = await tx.memory.counts(), await tx.memory.waiting(), await tx.memory.last_seq()
        cursor = await memory_index_cursor(memory, storage) or 0
    return {
        "passages": {str(kind): count for kind, count in counts.items()},
        "waiting": waiting,
        "behind": max(0, last - cursor),
    }


async def run_forget(account: str, *, yes: bool) -> int:
    """Delete all data on an account permanently. Raises: BadInput without consent; NotFound, Ambiguous, Refused."""
    settings = started()
    clock = SystemClock()
    async with open_store(settings.storage, create=False) as database:
        async with database.reading() as tx:
            account_id = await account_id_of(tx, account)
        if (
            not yes
            and console.input(f"Permanently delete everything about “{account}”? Type its name: ").strip() != account
        ):
            raise BadInput("Nothing was removed.")
        report = await ForgetAccount(database, clock)(account_id, by="operator")
        console.print(f"{sum(report.rows.values())} rows deleted. The account won't be read in again.")
        if report.messages:
            told = plural(report.messages, "message")
            console.print(
                f"The bot will soon remove it from {told} in Slack. Please delete its answers elsewhere by hand."
            )
        if not report.scrubbed:
            console.print("The database was in use: run this again to remove the bytes from its files, too.")
        if not await memory_index_exists(settings.memory, settings.storage):
            return 0
        try:
            index = await open_memory_index(settings.memory, settings.storage)
        except IndexBusy:
            console.print("The running memory will soon remove it from its index.")
            return 0
        try:
            await index.forget(account_id)  # without catching up first, which would need the embedder
        except IndexDamaged:  # an empty index has nothing of it, and the memory fills it at its next start
            await index.close()
            index = await open_memory_index(settings.memory, settings.storage, anew=True)
        finally:
            await index.close()
        console.print("Removed from the index, too.")
    return 0


async def run_export(account: str, *, out: Path | None) -> int:
    """Export all data on an account as JSON. Raises: NotFound, Ambiguous; BadInput if the file can't be written."""
    settings = started()
    async with open_store_as_it_is(settings.storage) as database:
        async with database.reading() as tx:
            account_id = await account_id_of(tx, account)
        held = await ExportAccount(database, SystemClock())(account_id, by="operator")
    if out is None:
        write_json(held, indent=2)
        return 0
    with private_file(out) as file:
        json.dump(held, file, ensure_ascii=False, indent=2, default=str)
        file.write("\n")
    console.print(f"Exported all its data to {out}.")
    return 0


async def _remembered(database: Database) -> None:
    """Turn waiting records into passages first, with a progress bar."""
    with _bar() as bar:
        task = bar.add_task("Remembering", total=None)

        def told(done: int, waiting: int) -> None:
            bar.update(task, completed=done, total=done + waiting)

        await Remember(database, SystemClock())(progress=told)


async def _principals(memory: MemorySettings, storage: StorageSettings, owner: str | None) -> Principals:
    """Serve one owner's host, for every caller; otherwise the owners that the bot names. Raises: NotFound, Ambiguous."""
    fixed = None
    if owner is not None:
        async with open_store(storage) as database:
            fixed = Principal(owner_id=(await find_owner(database, owner)).id)
    return Principals(tenant=memory.tenant, now=SystemClock().now, key=memory.token.get_secret_value(), fixed=fixed)


def _check(memory: MemorySettings, mcp: McpSettings, host: str) -> None:
    """Check the settings first. Raises: SettingError."""
    require(memory, "token")
    if len(memory.token.get_secret_value()) < TOKEN_LENGTH:
        raise SettingError("SERGAS_MEMORY_TOKEN", f"is too short: give at least {TOKEN_LENGTH} characters.")
    if host not in LOOPBACK and not mcp.names:
        raise SettingError(
            "SERGAS_MCP_ALLOWED_HOSTS", f"is missing: to serve on {host}, list the host names that clients use."
        )


def _bar() -> Progress:
    return Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), console=console
    )

"""`sergas seal`: which texts are sealed in the database, and sealing them with another key."""

from __future__ import annotations

from rich.progress import BarColumn, Progress, TaskID, TextColumn
from rich.table import Column, Table

from agents.flows.access.trail import OPERATOR
from agents.flows.records.seal_rows import SealRows
from bot.clock import SystemClock
from bot.commands.console import Terminal, write_json
from bot.commands.setup import started
from bot.wiring.database import open_store, open_store_as_it_is

console = Terminal()


async def run_seal_status(*, as_json: bool) -> int:
    """Exit code 1 if texts are not as new ones would be."""
    settings = started()
    async with open_store_as_it_is(settings.storage) as database:
        async with database.reading() as tx:
            tables, outdated = await tx.sealed.counts(), await tx.sealed.outdated()
        key_id = database.seal_key_id
    if as_json:
        told = {each.table: {"plain": each.plain, "sealed": each.sealed} for each in tables}
        write_json({"key": key_id or None, "outdated": outdated, "tables": told})
        return 1 if outdated else 0
    table = Table("Table", Column("Plain", justify="right"), Column("Sealed, by key"), box=None)
    for each in tables:
        sealed = ", ".join(f"{key} {count:,}" for key, count in sorted(each.sealed.items()))
        table.add_row(each.table, f"{each.plain:,}", sealed)
    console.print(table)
    state = f"New texts are sealed with the key {key_id}." if key_id else "New texts are not sealed."
    console.print(f"{state} {f'{outdated:,} others: run `sergas seal rotate`.' if outdated else ''}".strip())
    return 1 if outdated else 0


async def run_seal_rotate() -> int:
    """Seal everything with the current key, or open everything, with a bar per table."""
    settings = started()
    bars: dict[str, TaskID] = {}
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed:,} of {task.total:,} rows"))
    async with open_store(settings.storage, create=False) as database:
        with Progress(*columns, console=console) as progress:

            def tell(table: str, done: int, of: int) -> None:
                if table not in bars:
                    bars[table] = progress.add_task(table, total=of)
                progress.update(bars[table], completed=done, total=max(done, of))

            report = await SealRows(database, SystemClock())(by=OPERATOR, tell=tell)
    state = f"sealed with the key {report.key_id}" if report.key_id else "not sealed"
    console.print(f"{report.rows:,} rows changed. All texts are {state}.")
    if not report.scrubbed:
        console.print("Someone was reading, so former bytes may still be in the database's files: run this again.")
    return 0

"""Commands over the audit trail."""

from __future__ import annotations

from rich.console import Console
from rich.table import Column, Table

from bot.bootstrap import open_store
from bot.settings import load_settings
from bot.telemetry import configure_logging

console = Console(highlight=False)


async def run_verify() -> int:
    """Walk the chain and say whether it is whole; 1 where it is not."""
    settings = load_settings()
    configure_logging(level="WARNING", form="console")
    async with open_store(settings, create=False) as database, database.reading() as tx:
        report = await tx.audit.verify()
    if report.ok:
        console.print(f"The audit trail is whole: {report.entries:,} entries, head {report.head[:16]}…")
        return 0
    console.print(f"The audit trail is broken at entry {report.first_bad}: {report.problem}", style="bold red")
    return 1


async def run_list(*, limit: int, subject: str | None) -> int:
    """Print the newest entries."""
    settings = load_settings()
    configure_logging(level="WARNING", form="console")
    async with open_store(settings, create=False) as database, database.reading() as tx:
        entries = await tx.audit.entries(subject=subject, limit=limit, newest_first=True)
    if not entries:
        console.print("No entries.")
        return 0
    table = Table("#", "When (UTC)", "Who", "What", Column("Subject", no_wrap=True), "Request", box=None)
    for entry in entries:
        table.add_row(
            str(entry.seq), f"{entry.at:%Y-%m-%d %H:%M:%S}", entry.actor, entry.action, entry.subject, entry.request_id
        )
    console.print(table)
    return 0

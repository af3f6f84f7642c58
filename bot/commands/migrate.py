"""The command that brings the database up to date."""

from __future__ import annotations

from rich.console import Console

from bot.commands.starting import started
from bot.wiring.database import open_store

console = Console(highlight=False)


async def run_migrate() -> int:
    """Open the database, which brings it up to date."""
    settings = started()
    async with open_store(settings.storage):
        console.print("The database is up to date.")
    return 0

"""The command that upgrades the database."""

from __future__ import annotations

from bot.commands.console import Terminal
from bot.commands.setup import started
from bot.wiring.database import open_store

console = Terminal()


async def run_migrate() -> int:
    """Upgrade the database to this release."""
    settings = started()
    async with open_store(settings.storage):
        console.print("The database is up to date.")
    return 0

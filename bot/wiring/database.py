"""The bot's own database, opened: all that most commands of an operator need, and quick to import."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from agents.ports import Clock
from bot.clock import SystemClock
from bot.settings.storage import DATABASE_FILE, StorageSettings
from store.database import Database
from store.domain.errors import BadInput


@asynccontextmanager
async def open_store(
    storage: StorageSettings, *, clock: Clock | None = None, create: bool = True
) -> AsyncIterator[Database]:
    """The database, migrated; `clock` takes the place of its own where time is simulated.

    Raises: BadInput where it cannot be opened, is newer than this release, or, without `create`, is not there.
    """
    if not create and not storage.database_url and not (storage.home / DATABASE_FILE).exists():
        raise BadInput(
            f"There is no database in {storage.home}. Run `sergas sync` first, or set SERGAS_HOME to its folder."
        )
    storage.home.mkdir(parents=True, exist_ok=True)
    simulated = None if clock is None or isinstance(clock, SystemClock) else clock.now
    database = Database(storage.database, clock=simulated)
    try:
        await database.migrate()
        yield database
    finally:
        await database.close()

"""Open the bot's own database. Most operator commands need nothing else, so this is quick to import."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from agents.ports import Clock
from bot.clock import SystemClock
from bot.settings.connections import divided
from bot.settings.storage import DATABASE_FILE, StorageSettings
from bot.wiring.home import prepare_home
from bot.wiring.seals import seals_of
from store.database import Database
from store.domain.crm.personal_settings import NOTHING_SET, PersonalSettings
from store.domain.errors import BadInput


@asynccontextmanager
async def open_store(
    storage: StorageSettings,
    *,
    clock: Clock | None = None,
    create: bool = True,
    connections: int | None = None,
    usual: PersonalSettings = NOTHING_SET,
) -> AsyncIterator[Database]:
    """The database, migrated. `clock` replaces its own clock if time is simulated; `connections` replaces the tables' share
    of connections from the settings; `usual` are the settings of people who set none of their own.

    Raises: BadInput if it can't be opened, is newer than this release, or is missing and `create` is off.
    """
    if not create:
        _check_exists(storage)
    prepare_home(storage.home)
    simulated = None if clock is None or isinstance(clock, SystemClock) else clock.now
    database = Database(
        storage.database,
        clock=simulated,
        seals=seals_of(storage),
        connections=connections or divided(storage.database_connections).tables,
        usual=usual,
    )
    try:
        await database.migrate()
        yield database
    finally:
        await database.close()


@asynccontextmanager
async def open_store_as_it_is(storage: StorageSettings) -> AsyncIterator[Database]:
    """The database for a command that only reads: neither created nor migrated.

    Raises: BadInput if there is none or another release made it, with what to do.
    """
    _check_exists(storage)
    database = Database(storage.database, seals=seals_of(storage))
    try:
        await database.check()
        yield database
    finally:
        await database.close()


def store_exists(storage: StorageSettings) -> bool:
    """Whether there is a database to open, as far as we know without asking a server."""
    return bool(storage.database_url.get_secret_value()) or (storage.home / DATABASE_FILE).exists()


def _check_exists(storage: StorageSettings) -> None:
    if not store_exists(storage):
        raise BadInput(
            f"There is no database in {storage.home}. Run `sergas sync` first, or set SERGAS_HOME to its folder."
        )

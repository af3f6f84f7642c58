"""The durable engine's database and name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from importlib.metadata import version
from pathlib import Path
from socket import gethostname

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from bot.jobs.job import ProcessRole
from bot.settings.connections import divided
from bot.settings.engine import EngineSettings
from bot.settings.storage import StorageSettings
from store.domain.errors import BadInput, SettingError

DRIVERS = {"sqlite": "sqlite", "postgres": "postgresql+psycopg", "postgresql": "postgresql+psycopg"}
ENGINE_FILE, LOCK_FILE = "engine.db", "engine.lock"


@dataclass(frozen=True, slots=True, kw_only=True)
class EnginePolicy:
    """`version` is the release: work of another one is not replayed but started anew. The records of what ended stay for
    `keep`; work that failed is tried again after `pause`, which doubles with each try; `reap` lies between two looks for
    dead processes; `connections` is how many it opens to PostgreSQL at most, besides one for its lock."""

    url: URL
    lock_file: Path
    executor_id: str
    version: str
    keep: timedelta = timedelta(days=30)
    pause: timedelta = timedelta(seconds=30)
    connections: int = 6
    reap: timedelta = timedelta(seconds=10)

    @property
    def is_sqlite(self) -> bool:
        return self.url.get_backend_name() == "sqlite"

    @property
    def address(self) -> str:
        """With its password, so never log it."""
        return self.url.render_as_string(hide_password=False)

    @property
    def conninfo(self) -> str:
        """The address as libpq understands it."""
        return self.url.set(drivername="postgresql").render_as_string(hide_password=False)


def engine_policy(engine: EngineSettings, storage: StorageSettings, role: ProcessRole) -> EnginePolicy:
    """Raises: SettingError for another kind of database; BadInput for a single role without PostgreSQL."""
    url = _url(engine, storage)
    is_sqlite = url.get_backend_name() == "sqlite"
    if role is not ProcessRole.ALL and (is_sqlite or not storage.is_on_server):
        raise BadInput(f"`--role {role}` needs PostgreSQL: set SERGAS_DATABASE_URL, or leave --role out.")
    return EnginePolicy(
        url=url,
        lock_file=storage.home / LOCK_FILE,
        executor_id=engine.executor_id or ("local" if is_sqlite else f"{gethostname()}-{role}"),
        version=version("sergas-super-account-manager"),
        connections=divided(storage.database_connections).engine,
        keep=timedelta(days=engine.keep_days),
    )


def _url(engine: EngineSettings, storage: StorageSettings) -> URL:
    given = engine.url.get_secret_value()
    if not given and storage.is_on_server:
        given = storage.database
    if not given:
        return URL.create("sqlite", database=str(storage.home / ENGINE_FILE))
    try:
        url = make_url(given)
        return url.set(drivername=DRIVERS[url.get_backend_name()])
    except (ArgumentError, KeyError, ValueError):  # the text may hold a password, so neither it nor the cause is shown
        raise SettingError("SERGAS_ENGINE_URL", "is not understood: give postgresql://… or leave it empty.") from None

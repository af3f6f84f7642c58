"""Fixtures for all tests: a migrated database, on SQLite and on PostgreSQL.

Migrations run once a session for each kind; every test gets a fresh copy of the migrated database.
"""

from __future__ import annotations

import asyncio
import gc
import shutil
import sys
from collections.abc import AsyncIterator, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
import structlog
from hypothesis import settings
from structlog._config import BoundLoggerLazyProxy

from store.database import Database
from tests import postgres
from tests.compiled import compile_once
from tests.repetition import times
from tests.scratch import keep_scratch_in_memory
from tests.shares import ByFile, longest_first


def pytest_configure() -> None:
    """Leave garbage alone while modules and tests are loaded, of which none ever becomes garbage."""
    keep_scratch_in_memory()
    compile_once()
    # A busy machine takes a hundred times as long for an example as an idle one.
    settings.register_profile("ours", deadline=None, max_examples=times(50, 1_000))
    settings.load_profile("ours")
    gc.disable()


OURS = ("agents.", "bot.", "integrations.", "store.", "tests.")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByFile:
    return ByFile(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if getattr(getattr(item, "obj", None), "is_hypothesis_test", False):
            item.add_marker("long")
    longest_first(items)


def pytest_collection_finish() -> None:
    """Keep the garbage collector off the modules and tests just loaded: each full pass over them takes half a second."""
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)
    gc.enable()


@pytest.fixture(autouse=True)
def log_as_before() -> Iterator[None]:
    """What a command under test set of the log holds for that test alone."""
    was = structlog.get_config() if structlog.is_configured() else None
    yield
    _unbind_loggers()
    if was is not None:
        structlog.configure(**was)
    elif structlog.is_configured():
        structlog.reset_defaults()


def _unbind_loggers() -> None:
    """Importing Cognee makes loggers keep the settings that were in force when they were first used."""
    for log in _our_loggers(len(sys.modules)):
        vars(log).pop("bind", None)


@lru_cache(maxsize=1)
def _our_loggers(modules: int) -> list[BoundLoggerLazyProxy]:
    """Looked for again only when there are more `modules`: it takes several milliseconds, and every test asks."""
    ours = [module for name, module in list(sys.modules.items()) if name.startswith(OURS)]
    return [log for module in ours if isinstance(log := vars(module).get("log"), BoundLoggerLazyProxy)]


@pytest.fixture(autouse=True)
def no_key_of_our_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """A key in the environment of whoever runs the tests would bring in the real Claude."""
    monkeypatch.delenv("ANTHROPIC_API_KEY", raising=False)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a migrated, empty database."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    asyncio.run(_migrate(f"sqlite+aiosqlite:///{path}"))
    return path


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address (libpq URI) of a PostgreSQL server of our own, without a database name; it ends with the session."""
    with postgres.postgres_server() as address:
        yield address


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str) -> str:
    """The name of a migrated, empty database on the server."""
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute("CREATE DATABASE template_sergas")
    asyncio.run(_migrate(_url(postgres_server, "template_sergas")))
    return "template_sergas"


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    path = tmp_path / "sergas.db"
    shutil.copyfile(sqlite_template, path)
    return f"sqlite+aiosqlite:///{path}"


@pytest.fixture
def postgres_url(postgres_server: str, postgres_template: str) -> Iterator[str]:
    name = f"test_{uuid4().hex}"
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {postgres_template}".encode())
        yield _url(postgres_server, name)
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest) -> str:
    """The URL of a fresh, migrated database; a test that asks for it runs on both kinds."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """A fresh, migrated database; a test that asks for it runs on both kinds."""
    async for opened in _opened(database_url):
        yield opened


@pytest.fixture
async def sqlite_database(sqlite_url: str) -> AsyncIterator[Database]:
    """A fresh, migrated SQLite database, for tests that are not about the store."""
    async for opened in _opened(sqlite_url):
        yield opened


async def _opened(url: str) -> AsyncIterator[Database]:
    database = Database(url)
    yield database
    await database.close()


async def _migrate(url: str) -> None:
    database = Database(url)
    await database.migrate()
    await database.close()


def _url(server: str, name: str) -> str:
    base, _, query = server.partition("?")
    return f"{base.replace('postgresql://', 'postgresql+psycopg://').rsplit('/', 1)[0]}/{name}?{query}"

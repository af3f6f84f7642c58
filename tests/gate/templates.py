"""Migrated databases for tests that need many of them quickly; with `read`, the CRM was read into them once already."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import psycopg

from store.database import Database
from tests.gate.desk import open_desk


class Templates:
    """`fresh()` is the URL of a new copy; the one before it is thrown away."""

    def __init__(self, fresh: Callable[[], str]) -> None:
        self.fresh = fresh


def sqlite_templates(folder: Path, *, read: bool = True) -> Templates:
    template = folder / "template.db"
    asyncio.run(_make(f"sqlite+aiosqlite:///{template}", read=read))

    def fresh() -> str:
        for old in folder.glob("copy-*"):
            old.unlink()
        copy = folder / f"copy-{uuid4().hex}.db"
        shutil.copyfile(template, copy)
        return f"sqlite+aiosqlite:///{copy}"

    return Templates(fresh)


def postgres_templates(server: str, *, read: bool = True) -> Templates:
    """`server` is a libpq URI without a database name of its own."""
    base, _, query = server.partition("?")
    url = f"{base.replace('postgresql://', 'postgresql+psycopg://').rsplit('/', 1)[0]}/{{}}?{query}"
    template = f"gate_{uuid4().hex}"
    _execute(server, f"CREATE DATABASE {template}")
    asyncio.run(_make(url.format(template), read=read))
    made: list[str] = []

    def fresh() -> str:
        while made:
            _execute(server, f"DROP DATABASE {made.pop()} WITH (FORCE)")
        made.append(f"copy_{uuid4().hex}")
        _execute(server, f"CREATE DATABASE {made[-1]} TEMPLATE {template}")
        return url.format(made[-1])

    return Templates(fresh)


async def _make(url: str, *, read: bool) -> None:
    database = Database(url)
    await database.migrate()
    await database.close()
    if read:
        async with open_desk(url, unconfirmed={"ada"}):
            pass


def _execute(server: str, statement: str) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(statement.encode())

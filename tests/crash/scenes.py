"""Where a round begins: the bot's database and Slack as they stood at three moments of one undisturbed morning.

They are made once, by the bot itself, and copied for each round: a folder for SQLite, a template database for PostgreSQL.
"""

from __future__ import annotations

import copy
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
from sqlalchemy import Engine, create_engine, make_url, select
from sqlalchemy.pool import NullPool

from bot.settings.storage import DATABASE_FILE
from integrations.sandbox.slack import SlackSandbox
from store.tables.core import ChangeRow, table_of
from tests.flows.company import BOREALIS, CEDAR, FIRST_NIGHT, busier
from tests.flows.stage import NIGHT, Stage, stage

changes = table_of(ChangeRow)


class Scene(StrEnum):
    """EVENING: the CRM was read once, and much happened since. NIGHT: that is read, and nobody has a brief. MORNING: Anna and
    Bob have theirs, and Anna reviews of two accounts; all undecided."""

    EVENING = "evening"
    NIGHT = "night"
    MORNING = "morning"


@dataclass(frozen=True, slots=True)
class Copy:
    """A round's own database (`url` "" for SQLite in the home folder) and home folder; `eye` looks in from outside."""

    url: str
    home: Path
    eye: Engine


@dataclass(slots=True)
class Scenes:
    """`server` is the libpq URI of a PostgreSQL server; without one the databases are SQLite files."""

    folder: Path
    server: str | None = None
    changes: frozenset[str] = frozenset()  # the ids of what moved overnight, as an undisturbed read finds them
    messages: dict[Scene, Mapping[str, dict[str, Any]]] = field(default_factory=dict)
    _name: str = field(default_factory=lambda: f"crash_{uuid4().hex[:12]}")

    async def make(self) -> None:
        """Let the bot work through the night and the morning, and keep what stands at each moment."""
        home = self.folder / "making"
        home.mkdir(parents=True)
        if self.server:
            self._sql(f"CREATE DATABASE {self._name}")
        async with stage(self._url(self._name), home, of=busier(), durable=True) as bot:
            assert await bot.look(FIRST_NIGHT)
            await self._keep(Scene.EVENING, bot, home)
            assert await bot.look(NIGHT)
            await self._keep(Scene.NIGHT, bot, home)
            await bot.morning()
            for account_id in (CEDAR, BOREALIS):  # mornings propose a task for each account; a review has every move
                await bot.reviewed(account_id)
            await self._keep(Scene.MORNING, bot, home)

    @contextmanager
    def copied(self, scene: Scene) -> Iterator[Copy]:
        """A database and a home as they stood at that moment, for as long as the block lasts."""
        name = uuid4().hex[:12]
        home, database = self.folder / name, f"{self._name}_{name}"
        shutil.copytree(self.folder / scene, home)
        if self.server:
            self._sql(f"CREATE DATABASE {database} TEMPLATE {self._name}_{scene}")
        try:
            yield Copy(self._url(database), home, _eye_on(self._url(database), home))
        finally:
            shutil.rmtree(home)
            if self.server:
                self._sql(f"DROP DATABASE {database} WITH (FORCE)")

    def put_messages(self, scene: Scene, slack: SlackSandbox) -> None:
        """Let stand in this Slack what stood there at that moment."""
        for conversation in slack.workspace.conversations:
            conversation.messages.update(copy.deepcopy(self.messages[scene][conversation.id]))

    def drop(self) -> None:
        """Remove the templates."""
        if self.server:
            for name in (self._name, *(f"{self._name}_{scene}" for scene in self.messages)):
                self._sql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    async def _keep(self, scene: Scene, bot: Stage, home: Path) -> None:
        await bot.slack.settled()
        await bot.stop()
        shutil.copytree(home, self.folder / scene)
        if self.server:
            self._sql(f"CREATE DATABASE {self._name}_{scene} TEMPLATE {self._name}")
        self.messages[scene] = {each.id: copy.deepcopy(each.messages) for each in bot.slack.workspace.conversations}
        with _eye_on(self._url(self._name), home).connect() as connection:
            self.changes = frozenset(connection.execute(select(changes.c.id)).scalars())
        await bot.start()

    def _url(self, database: str) -> str:
        if not self.server:
            return ""
        url = make_url(self.server).set(drivername="postgresql+psycopg", database=database)
        return url.render_as_string(hide_password=False)

    def _sql(self, statement: str) -> None:
        assert self.server
        with psycopg.connect(self.server, autocommit=True) as connection:
            connection.execute(statement.encode())


def _eye_on(url: str, home: Path) -> Engine:
    return create_engine(url or f"sqlite:///{home / DATABASE_FILE}", poolclass=NullPool)

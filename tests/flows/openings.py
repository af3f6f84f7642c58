"""Where a test begins: the bot's database and Slack as they were at three moments of one undisturbed start.

The bot itself makes each opening, once in a session, and tests get copies: it takes a fraction of reading the CRM anew.
"""

from __future__ import annotations

import copy
import shutil
import tempfile
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import psycopg
from sqlalchemy import URL, create_engine, delete, make_url
from sqlalchemy.pool import NullPool

from integrations.sandbox.slack import SlackSandbox
from integrations.sandbox.slack.conversations import Conversation
from store.tables.core import table_of
from store.tables.limits import SignInRow
from tests.flows.company import FIRST_NIGHT

if TYPE_CHECKING:
    from tests.flows.stage import Stage

KEPT = ("messages", "ephemerals", "earlier", "warnings", "status", "entered")


class Opening(StrEnum):
    """FIRST: the CRM was read once. NIGHT: twice, and nobody has a brief. MORNING: Anna and Bob have their briefs."""

    FIRST = "first"
    NIGHT = "night"
    MORNING = "morning"


@dataclass(frozen=True, slots=True)
class Position:
    """`database` is a file, or the name of a database on the server; `played` is how far the CRM's events went."""

    database: str
    moment: datetime
    played: datetime
    conversations: Mapping[str, Mapping[str, Any]]
    calls: list[tuple[str, dict[str, Any]]]

    def put_messages(self, slack: SlackSandbox) -> None:
        """Give this Slack the messages of that moment."""
        newest = ""
        for conversation in slack.workspace.conversations:
            for name, value in self.conversations[conversation.id].items():
                setattr(conversation, name, copy.deepcopy(value))
            newest = max(newest, *conversation.messages, *conversation.ephemerals, "")
        while slack.workspace.conversations.stamp() < newest:
            pass
        slack.workspace.calls.extend(copy.deepcopy(self.calls))


Open = Callable[[str, Path], AbstractAsyncContextManager["Stage"]]

_positions: dict[tuple[str, bool], dict[Opening, Position]] = {}
_folder = tempfile.TemporaryDirectory(prefix="sergas-openings-")


async def position(opening: Opening, url: str, opened: Open, *, confirmed: bool) -> Position:
    """That opening, put into the fresh, migrated database at `url`; `opened` gives the bot that makes them."""
    parsed = make_url(url)
    key = (str(parsed.set(database="")), confirmed)
    if key not in _positions:
        _positions[key] = await _made(parsed, opened)
    found = _positions[key][opening]
    _copy(parsed, found.database, parsed.database or "")
    return found


async def _made(url: URL, opened: Open) -> dict[Opening, Position]:
    from tests.flows.stage import NIGHT  # which imports this module

    name = _name(url)
    _copy(url, url.database or "", name)
    made: dict[Opening, Position] = {}
    async with opened(url.set(database=name).render_as_string(hide_password=False), Path(_folder.name)) as bot:
        assert await bot.look(FIRST_NIGHT)
        made[Opening.FIRST] = await _kept(bot, url.set(database=name), FIRST_NIGHT)
        assert await bot.look(NIGHT)
        made[Opening.NIGHT] = await _kept(bot, url.set(database=name), NIGHT)
        await bot.morning()
        made[Opening.MORNING] = await _kept(bot, url.set(database=name), NIGHT)
    return made


async def _kept(bot: Stage, url: URL, played: datetime) -> Position:
    await bot.slack.settled()
    await bot.stop()
    name = _name(url)
    _copy(url, url.database or "", name)
    _sign_out(url.set(database=name))
    workspace = bot.slack.workspace
    kept = Position(
        name,
        bot.clock.moment,
        played,
        {each.id: _contents(each) for each in workspace.conversations},
        copy.deepcopy(workspace.calls),
    )
    await bot.start()
    return kept


def _contents(conversation: Conversation) -> Mapping[str, Any]:
    return {name: copy.deepcopy(getattr(conversation, name)) for name in KEPT}


def _sign_out(url: URL) -> None:
    """Each sandbox CRM knows only the tokens that it gave out itself."""
    engine = create_engine(url.set(drivername=url.drivername.replace("+aiosqlite", "")), poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(delete(table_of(SignInRow)))
    engine.dispose()


def _name(url: URL) -> str:
    name = f"opening_{uuid4().hex}"
    return str(Path(_folder.name) / f"{name}.db") if url.get_backend_name() == "sqlite" else name


def _copy(url: URL, source: str, target: str) -> None:
    """A database beside the others of `url`, in the place of the one that may be there."""
    if url.get_backend_name() == "sqlite":
        shutil.copyfile(source, target)
        return
    server = url.set(drivername="postgresql", database="postgres").render_as_string(hide_password=False)
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{target}" WITH (FORCE)'.encode())
        connection.execute(f'CREATE DATABASE "{target}" TEMPLATE "{source}"'.encode())

"""The bot in a process of its own, as it runs, driven by a few words over a pipe until it is killed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from multiprocessing.sharedctypes import Synchronized
from typing import Any, Literal

from dbos import DBOS

from bot.jobs.engine import DurableEngine
from bot.jobs.job import ProcessRole
from bot.jobs.policy import engine_policy
from bot.running import running
from bot.settings import load_settings
from bot.telemetry import configure_logging
from bot.wiring.resources import open_services
from bot.wiring.root import Bot, build_bot
from tests.crash.hooks import Tripwire
from tests.crash.places import Place

Word = Literal["sync", "tick", "sweep", "replay", "remind", "anchor", "works"]
ENDING_WORKS = ("briefs", "syncs")  # the others go on for as long as a write is open


class SharedClock:
    """A clock that stands still in every process that holds it, until one of them sets it."""

    def __init__(self, seconds: Synchronized[float]) -> None:
        self._seconds = seconds

    def now(self) -> datetime:
        return datetime.fromtimestamp(self._seconds.value, UTC)

    def set(self, moment: datetime) -> None:
        self._seconds.value = moment.timestamp()


class Line:
    """One end of a pipe, awaited. Raises EOFError when the other process is gone."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def receive(self) -> Any:
        loop, ready = asyncio.get_running_loop(), asyncio.Event()
        loop.add_reader(self._connection.fileno(), ready.set)
        try:
            while not self._connection.poll():
                await ready.wait()
                ready.clear()
            return self._connection.recv()
        finally:
            loop.remove_reader(self._connection.fileno())

    def send(self, said: object) -> None:
        self._connection.send(said)

    def close(self) -> None:
        self._connection.close()


def live(settings: Mapping[str, object], clock: SharedClock, connection: Connection, log_level: str) -> None:
    """Run the bot until the process is killed."""
    configure_logging(level=log_level)
    asyncio.run(_live(settings, clock, Line(connection)))


async def _live(settings: Mapping[str, object], clock: SharedClock, line: Line) -> None:
    tripwire = Tripwire()
    tripwire.attach()
    loaded = load_settings(settings, env_file=None)
    async with open_services(loaded, clock) as services:
        bot = build_bot(services, DurableEngine(engine_policy(loaded.engine, loaded.storage, ProcessRole.ALL)))
        async with running(bot, scheduled=False):
            line.send("ready")
            while True:
                word, *rest = await line.receive()
                line.send(await _obey(bot, tripwire, word, rest))


async def _obey(bot: Bot, tripwire: Tripwire, word: str, rest: list[Any]) -> object:
    if word == "ping":
        return None
    if word == "arm":
        place: Place = rest[0]
        tripwire.arm(place, passage=rest[1])
        return None
    works: Mapping[str, Callable[[], Awaitable[object]]] = {
        "sync": bot.jobs.syncs,
        "tick": bot.jobs.due.tick,
        "sweep": bot.jobs.writes.sweep,
        "replay": bot.inbox.replay,
        "remind": bot.gate.remind,
        "anchor": bot.jobs.anchoring,
        "works": _works,
    }
    return await works[word]()


async def _works() -> int:
    """How much of the engine's work is under way or waits."""
    under_way = await DBOS.list_workflows_async(status=["ENQUEUED", "PENDING"], load_input=False, load_output=False)
    return sum(each.name in ENDING_WORKS for each in under_way)

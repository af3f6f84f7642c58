"""The bot over the durable engine in a process of its own, as it runs, at another time and with a faster tick."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from multiprocessing.connection import Connection

from bot.clock import SimulatedClock
from bot.jobs.engine import DurableEngine
from bot.jobs.job import ProcessRole
from bot.jobs.policy import engine_policy
from bot.running import running
from bot.settings import load_settings
from bot.telemetry import configure_logging
from bot.wiring.resources import open_services
from bot.wiring.root import build_bot

TICK_SECONDS = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """At each tick it starts the morning of `owners`; it is killed as it asks for the time for the `dies_at`-th time."""

    settings: Mapping[str, object]
    role: ProcessRole
    now: datetime
    owners: Sequence[str]
    dies_at: int | None


class FatalClock(SimulatedClock):
    """The bot asks it wherever it notes when something happened, just before or after what a kill could cut in two."""

    def __init__(self, start: datetime, *, dies_at: int | None) -> None:
        super().__init__(start)
        self._left = dies_at

    def now(self) -> datetime:
        if self._left is not None:
            self._left -= 1
            if not self._left:
                os.kill(os.getpid(), signal.SIGKILL)
        return super().now()


def live(life: Life, connection: Connection) -> None:
    """Say when it is at work, and go on until it is told to stop or killed."""
    configure_logging(level="CRITICAL")
    asyncio.run(_live(life, connection))


async def _live(life: Life, connection: Connection) -> None:
    settings, stop = load_settings(life.settings, env_file=None), asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    async with open_services(settings, FatalClock(life.now, dies_at=life.dies_at)) as services:
        soon = timedelta(seconds=0.5)
        policy = replace(engine_policy(settings.engine, settings.storage, life.role), reap=soon, pause=soon)
        bot = build_bot(services, DurableEngine(policy))
        async with running(bot, role=life.role, scheduled=life.role is ProcessRole.CLOCK):
            connection.send("ready")
            while not stop.is_set():
                if life.owners:
                    await bot.jobs.mornings.start(life.owners)
                with suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), TICK_SECONDS)

"""What the bot's processes are forked from: everything imported, late imports included, and nothing running.

Imported by nobody but the fork server. One night and one morning of the bot load what it loads only at work.
"""

from __future__ import annotations

import asyncio
import functools
import ssl
import tempfile
import threading
from pathlib import Path

from sqlalchemy.ext.asyncio import create_async_engine

import tests.crash.child as child
from bot.telemetry import configure_logging
from tests.flows.company import ACME, FIRST_NIGHT
from tests.flows.stage import NIGHT, stage

__all__ = ["child"]


async def _warm_up(folder: Path) -> None:
    async with stage("", folder, durable=True) as bot:
        await bot.look(FIRST_NIGHT)
        await bot.look(NIGHT)
        await bot.morning()
        await bot.approve(await bot.proposal(ACME))
        await bot.sweep()
    create_async_engine("postgresql+psycopg://")  # loads the driver


# A start of the bot reads every certificate there is, a third of its time, for connections that are all on this machine.
ssl.create_default_context = functools.cache(ssl.create_default_context)  # type: ignore[assignment]  # caches what is slow to make
configure_logging(level="CRITICAL")
with tempfile.TemporaryDirectory() as _folder:
    asyncio.run(_warm_up(Path(_folder)))
assert threading.active_count() == 1, "a process with threads cannot be forked safely"

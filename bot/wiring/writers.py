"""The one writer of each system. Only this module can reach writers."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

from agents.ports import Clock, Writers
from integrations.zoho.reading.client import ZohoClient
from store.database import Database
from store.domain.gate import registry


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What a writer is built from: the settings by section name, of which it takes its own, and the CRM. `zoho` uses Zoho's
    REST API even if reads don't."""

    sections: Mapping[str, Any]
    clock: Clock
    database: Database
    zoho: ZohoClient


@asynccontextmanager
async def open_writers(around: Surroundings) -> AsyncIterator[Writers]:
    """A writer for every system that a kind of write names, each opened by the file of its name in `systems/`.

    Raises: ModuleNotFoundError for a system that nothing here can open.
    """
    async with AsyncExitStack() as stack:
        found = registry.modules("bot.wiring.systems", sorted(registry.systems()))
        yield {name: await stack.enter_async_context(system.open_writer(around)) for name, system in found.items()}

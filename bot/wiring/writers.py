"""The one writer of each system. Nothing else in the product reaches one."""

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
    """What a writer may be built from: the settings by the names of their sections, of which it takes its own, and the CRM.
    `zoho` goes over Zoho's REST API even if reads go another way."""

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

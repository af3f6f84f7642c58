"""The ledger lies in the home folder."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from integrations.ledger.book import LedgerBook
from integrations.ledger.writing.writer import LedgerWriter

from agents.ports import Writer
from bot.settings.storage import StorageSettings
from bot.wiring.writers import Surroundings


@asynccontextmanager
async def open_writer(around: Surroundings) -> AsyncIterator[Writer]:
    section: StorageSettings = around.sections["storage"]
    yield LedgerWriter(LedgerBook(section.home / "ledger.jsonl"), around.clock.now)

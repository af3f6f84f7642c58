"""The ledger lies in the home folder."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from integrations.ledger.book import LedgerBook
from integrations.ledger.writing.writer import LedgerWriter

from agents.ports import Writer
from bot.wiring.writers import Surroundings


@asynccontextmanager
async def open_writer(around: Surroundings) -> AsyncIterator[Writer]:
    yield LedgerWriter(LedgerBook(around.settings.storage.home / "ledger.jsonl"), around.clock.now)

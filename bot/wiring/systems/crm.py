"""The CRM is Zoho."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from agents.ports import Writer
from bot.settings.zoho import ZohoSettings
from bot.wiring.writers import Surroundings
from integrations.zoho.writing.writer import ZohoWriter


@asynccontextmanager
async def open_writer(around: Surroundings) -> AsyncIterator[Writer]:
    section: ZohoSettings = around.sections["zoho"]
    yield ZohoWriter(around.zoho, timeout=section.timeout_seconds)

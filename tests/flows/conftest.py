"""The bot before its first look, and on the morning after: over SQLite, and where it matters over PostgreSQL as well."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import structlog

from bot.telemetry import configure_logging
from tests.flows.openings import Opening
from tests.flows.stage import Stage, stage


@pytest.fixture(autouse=True)
def quiet_log() -> Iterator[None]:
    """Errors alone, as plain lines: the default renders every trace with all its values, which takes a second each."""
    configure_logging(level="ERROR")
    yield
    structlog.reset_defaults()


@pytest.fixture
async def night(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Stage]:
    """The CRM was read on Friday and on Tuesday night; nobody has a brief yet."""
    async with stage(sqlite_url, tmp_path, opening=Opening.NIGHT) as made:
        yield made


@pytest.fixture
async def morning(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Stage]:
    """Tuesday morning: Anna and Bob have their briefs, Cora sleeps."""
    async with stage(sqlite_url, tmp_path, opening=Opening.MORNING) as made:
        yield made


@pytest.fixture
async def either_night(database_url: str, tmp_path: Path) -> AsyncIterator[Stage]:
    """As `night`, on both kinds of database."""
    async with stage(database_url, tmp_path, opening=Opening.NIGHT) as made:
        yield made


@pytest.fixture
async def either_morning(database_url: str, tmp_path: Path) -> AsyncIterator[Stage]:
    """As `morning`, on both kinds of database."""
    async with stage(database_url, tmp_path, opening=Opening.MORNING) as made:
        yield made

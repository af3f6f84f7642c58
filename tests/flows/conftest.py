"""The bot before its first look, and on the morning after: over SQLite, and where it matters over PostgreSQL as well."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import structlog

from bot.telemetry import configure_logging
from tests.flows.company import FIRST_NIGHT
from tests.flows.stage import NIGHT, Stage, stage


@pytest.fixture(autouse=True)
def quiet_log() -> Iterator[None]:
    """Errors alone, as plain lines: the default renders every trace with all its values, which takes a second each."""
    configure_logging(level="ERROR")
    yield
    structlog.reset_defaults()


@pytest.fixture
async def night(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Stage]:
    """The CRM was read on Friday and on Tuesday night; nobody has a brief yet."""
    async with stage(sqlite_url, tmp_path) as made:
        yield await _read(made)


@pytest.fixture
async def morning(night: Stage) -> Stage:
    """Tuesday morning: Anna and Bob have their briefs, Cora sleeps."""
    await night.morning()
    return night


@pytest.fixture
async def either_night(database_url: str, tmp_path: Path) -> AsyncIterator[Stage]:
    """As `night`, on both kinds of database."""
    async with stage(database_url, tmp_path) as made:
        yield await _read(made)


@pytest.fixture
async def either_morning(either_night: Stage) -> Stage:
    """As `morning`, on both kinds of database."""
    await either_night.morning()
    return either_night


async def _read(made: Stage) -> Stage:
    assert await made.look(FIRST_NIGHT)
    assert await made.look(NIGHT)
    return made

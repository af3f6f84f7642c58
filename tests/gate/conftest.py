"""Databases for the state machine, made once a session; on SQLite in memory, where the machine has such a place."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from bot.telemetry import configure_logging
from tests.gate.templates import Templates, postgres_templates, sqlite_templates

SHARED_MEMORY = Path("/dev/shm")


@pytest.fixture(autouse=True)
def quiet_log() -> Iterator[None]:
    configure_logging(level="CRITICAL")
    yield
    structlog.reset_defaults()


@pytest.fixture(scope="session")
def memory_templates() -> Iterator[Templates]:
    with tempfile.TemporaryDirectory(dir=SHARED_MEMORY if SHARED_MEMORY.is_dir() else None) as folder:
        yield sqlite_templates(Path(folder))


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def templates(request: pytest.FixtureRequest) -> Templates:
    if request.param == "sqlite":
        made: Templates = request.getfixturevalue("memory_templates")
        return made
    return postgres_templates(request.getfixturevalue("postgres_server"))

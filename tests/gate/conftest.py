"""Databases for the state machine, made once a session."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from bot.telemetry import configure_logging
from tests.gate.templates import Templates, postgres_templates, sqlite_templates


@pytest.fixture(autouse=True)
def quiet_log() -> Iterator[None]:
    configure_logging(level="CRITICAL")
    yield
    structlog.reset_defaults()


@pytest.fixture(scope="session")
def file_templates() -> Iterator[Templates]:
    with tempfile.TemporaryDirectory() as folder:
        yield sqlite_templates(Path(folder))


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def templates(request: pytest.FixtureRequest) -> Templates:
    if request.param == "sqlite":
        made: Templates = request.getfixturevalue("file_templates")
        return made
    return postgres_templates(request.getfixturevalue("postgres_server"))

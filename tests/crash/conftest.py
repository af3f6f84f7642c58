"""The scenes on both kinds of database, made once a session."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
import structlog

from bot.telemetry import configure_logging
from tests.crash.scenes import Scenes


@pytest.fixture(scope="session")
def sqlite_scenes(tmp_path_factory: pytest.TempPathFactory) -> Scenes:
    return _made(Scenes(tmp_path_factory.mktemp("scenes")))


@pytest.fixture(scope="session")
def postgres_scenes(postgres_server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scenes]:
    scenes = _made(Scenes(tmp_path_factory.mktemp("scenes"), postgres_server))
    yield scenes
    scenes.drop()


@pytest.fixture
def scenes(request: pytest.FixtureRequest) -> Scenes:
    """On the kind that a test is given, see `shared_out`."""
    made: Scenes = request.getfixturevalue(f"{request.param}_scenes")
    return made


@pytest.fixture(autouse=True)
def quiet_log() -> Iterator[None]:
    configure_logging(level="CRITICAL")
    yield
    structlog.reset_defaults()


def _made(scenes: Scenes) -> Scenes:
    configure_logging(level="CRITICAL")
    asyncio.run(scenes.make())
    return scenes

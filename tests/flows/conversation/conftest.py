"""A conversation in which a model answers whatever the rules leave to it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.flows.talk import Talking, talking


@pytest.fixture
async def talk(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Talking]:
    async with talking(sqlite_url, tmp_path) as made:
        yield made

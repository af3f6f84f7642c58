"""Commands run in an environment of their own: an empty folder, a fresh database, no settings but these two."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from bot.commands.run import run
from tests.bot.commands.terminal import Ran, Sergas
from tests.flows.company import FIRST_NIGHT
from tests.flows.stage import Stage, stage


@pytest.fixture
def url(request: pytest.FixtureRequest) -> str:
    """The URL of a fresh database, on SQLite unless the test asks for each kind."""
    found: str = request.getfixturevalue(f"{getattr(request, 'param', 'sqlite')}_url")
    return found


@pytest.fixture(autouse=True)
def home(tmp_path: Path, url: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in [name for name in os.environ if name.startswith("SERGAS_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SERGAS_HOME", str(tmp_path))
    monkeypatch.setenv("SERGAS_DATABASE_URL", url)
    monkeypatch.setenv("COLUMNS", "200")
    return tmp_path


@pytest.fixture
def sergas(capsys: pytest.CaptureFixture[str]) -> Sergas:
    def ran(command: Callable[[], Awaitable[int | None]]) -> Ran:
        code = run(command)
        told = capsys.readouterr()
        return Ran(code, " ".join(told.out.split()), told.err)

    return ran


@pytest.fixture
async def made(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Stage]:
    """The bot after its first read of the CRM, and the settings that lead commands to it."""
    async with stage(sqlite_url, tmp_path) as made:
        await made.look(FIRST_NIGHT)
        for name, value in made.settings.items():
            if not name.startswith("_"):
                monkeypatch.setenv(f"SERGAS_{name.upper()}", str(value))
        yield made

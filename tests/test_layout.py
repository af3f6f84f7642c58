"""What runs is this repository, and what starts with it is light."""

from __future__ import annotations

import importlib
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
HEAVY = (
    "cognee",
    "anthropic",
    "httpx",
    "slack_bolt",
    "slack_sdk",
    "sqlalchemy",
    "alembic",
    "aiohttp",
    "mcp",
    "pydantic",
)


@pytest.mark.parametrize("name", ["bot", "agents", "integrations", "store", "prompts"])
def test_each_package_comes_from_this_repository(name: str) -> None:
    """Another distribution installs a top-level `agents`, too."""
    package = importlib.import_module(name)
    assert Path(str(package.__file__ or next(iter(package.__path__)))).is_relative_to(ROOT)


def test_the_command_line_starts_without_anything_heavy() -> None:
    assert _loaded("import bot.cli", HEAVY) == []


def test_the_whole_bot_starts_without_cognee_and_anthropic() -> None:
    assert _loaded("import bot.commands.serve, bot.commands.mcp, bot.demo.demo", ("cognee", "anthropic")) == []


@pytest.mark.parametrize("command", ["audit", "explain", "link", "migrate", "settings", "status", "trace", "writes"])
def test_a_command_that_only_looks_into_the_database_starts_without_what_talks_to_services(command: str) -> None:
    services = (
        "mcp",
        "aiohttp",
        "slack_bolt",
        "slack_sdk",
        "anthropic",
        "cognee",
        "bot.wiring.root",
        "bot.wiring.resources",
    )
    assert _loaded(f"import bot.commands.{command}", services) == []


def _loaded(statement: str, names: tuple[str, ...]) -> list[str]:
    """Which of these modules a fresh interpreter has loaded after the statement."""
    code = f"import sys; {statement}; print(*[name for name in {names!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout.split()

"""The password in a database's address appears nowhere, whatever a command does with that address and however it fails."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bot.shell import sergas

PASSWORD = "hunter2-fjeldmose"
ADDRESSES = {
    "unreachable": f"postgresql+psycopg://sergas:{PASSWORD}@127.0.0.1:1/sergas?connect_timeout=1",
    "unknown host": f"postgresql://sergas:{PASSWORD}@db.invalid/sergas",
    "no host": f"postgresql://sergas:{PASSWORD}",
    "another kind": f"mysql://sergas:{PASSWORD}@db/sergas",
    "in a parameter": f"postgresql://sergas@127.0.0.1:1/sergas?password={PASSWORD}",
    "an unknown parameter": f"postgresql://sergas:{PASSWORD}@127.0.0.1:1/sergas?colour=blue",
}
COMMANDS = {
    "doctor": ("doctor", "--json"),
    "migrate": ("migrate",),
}


@pytest.mark.parametrize("address", ADDRESSES.values(), ids=ADDRESSES)
@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_no_command_shows_it(command: tuple[str, ...], address: str, tmp_path: Path) -> None:
    ran = sergas(*command, cwd=tmp_path, home=tmp_path, database_url=address, log_level="DEBUG")
    said = ran.stdout + ran.stderr
    assert said
    assert PASSWORD not in said
    assert "Traceback" not in said

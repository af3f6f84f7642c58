"""What the bot writes is its user's alone, and a folder it can't write to is one sentence."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bot.shell import ROOT

# Root writes everywhere; without its privileges it's a user like any other.
PLAIN = ("setpriv", "--bounding-set=-all", "--inh-caps=-all") if os.geteuid() == 0 else ()


def sergas(home: Path, *arguments: str, log_level: str = "INFO") -> subprocess.CompletedProcess[str]:
    """Run it with the usual, generous umask."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SERGAS_")}
    return subprocess.run(
        [*PLAIN, sys.executable, "-m", "bot", *arguments],
        cwd="/",
        env={**kept, "PYTHONPATH": str(ROOT), "SERGAS_HOME": str(home), "SERGAS_LOG_LEVEL": log_level},
        capture_output=True,
        text=True,
        timeout=180,
        umask=0o022,
        check=False,
    )


def open_to_others(home: Path) -> list[str]:
    return [str(path) for path in (home, *home.rglob("*")) if path.lstat().st_mode & 0o077 and not path.is_symlink()]


def test_a_new_home_and_database_are_closed_to_others(tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert sergas(home, "migrate").returncode == 0
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    assert stat.S_IMODE((home / "sergas.db").stat().st_mode) == 0o600
    assert open_to_others(home) == []


def test_a_home_that_an_earlier_release_left_open_is_closed_and_the_log_says_so_once(tmp_path: Path) -> None:
    home = tmp_path / "home"
    sergas(home, "migrate")
    (home / "engine.db").touch()
    (home / "notes.txt").touch(mode=0o644)
    for name, mode in (("", 0o755), ("sergas.db", 0o644), ("engine.db", 0o644), ("notes.txt", 0o644)):
        (home / name).chmod(mode)
    first, second = (sergas(home, "migrate", log_level="WARNING") for _ in range(2))
    assert [each.stderr.count("home.closed_to_others") for each in (first, second)] == [1, 0]
    assert open_to_others(home) == [str(home / "notes.txt")]  # not ours


@pytest.mark.parametrize("left", [(), ("sergas.db",)])
def test_a_home_that_cannot_be_written_is_one_sentence(tmp_path: Path, left: tuple[str, ...]) -> None:
    home = tmp_path / "home"
    home.mkdir()
    for name in left:
        (home / name).touch(mode=0o400)
    home.chmod(0o700 if left else 0o500)
    ran = sergas(home, "migrate")
    home.chmod(0o700)
    assert ran.returncode == 2
    assert ran.stderr.startswith(f"sergas: The folder {home} can't be used (Permission denied)")
    assert ran.stderr.count("\n") == 1


def test_a_home_that_cannot_be_created_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    ran = sergas(tmp_path / "file" / "home", "migrate")
    assert ran.returncode == 2
    assert ran.stderr.startswith(f"sergas: The folder {tmp_path}/file/home can't be used (Not a directory)")
    assert ran.stderr.count("\n") == 1

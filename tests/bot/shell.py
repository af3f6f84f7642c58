"""`python -m bot …` for tests: forked from a process that has its modules imported, as each start would import them for a second.

The process reads one command per line, as JSON, and prints its exit code. A fork then does all that a start does.
"""

from __future__ import annotations

import gc
import json
import os
import runpy
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

ROOT = Path(__file__).parents[2]
PATIENCE = 180  # seconds
Ran = subprocess.CompletedProcess[str]


def sergas(*arguments: str, cwd: Path, **settings: object) -> Ran:
    """Run the command in an environment that has these settings and no others."""
    given = {f"SERGAS_{name.upper()}": str(value) for name, value in settings.items()}
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SERGAS_")}
    return _FORKS.run(arguments, cwd=cwd, environment={**kept, "PYTHONPATH": str(ROOT), "COLUMNS": "200", **given})


class _Forks:
    """Commands in forks of one process, one at a time."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None
        self._one = threading.Lock()

    def run(self, arguments: Sequence[str], *, cwd: Path, environment: Mapping[str, str]) -> Ran:
        with self._one, tempfile.TemporaryDirectory() as folder:
            told = [Path(folder) / name for name in ("out", "err")]
            asked = {
                "arguments": list(arguments),
                "cwd": str(cwd),
                "environment": dict(environment),
                "out": str(told[0]),
                "err": str(told[1]),
            }
            code = self._ask(json.dumps(asked))
            out, err = (path.read_text(encoding="utf-8") for path in told)
        return subprocess.CompletedProcess(["sergas", *arguments], code, out, err)

    def _ask(self, line: str) -> int:
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, "-m", __name__],
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())


_FORKS = _Forks()


def serve() -> None:
    """Run a fork for each line of standard input, until it ends."""
    import bot.commands
    import bot.wiring

    for package in (bot.commands, bot.wiring):
        for module in iter_modules(package.__path__, f"{package.__name__}."):
            import_module(module.name)
    assert threading.active_count() == 1, "a process with threads cannot be forked safely"
    gc.freeze()  # else each fork looks through it all, and copies it by that
    for line in sys.stdin:
        child = os.fork()
        if not child:
            return _live(**json.loads(line))
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
    return None


def _live(*, arguments: list[str], cwd: str, environment: dict[str, str], out: str, err: str) -> None:
    signal.alarm(PATIENCE)
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(environment)
    for number, path, flags in (
        (0, os.devnull, os.O_RDONLY),
        (1, out, os.O_WRONLY | os.O_CREAT),
        (2, err, os.O_WRONLY | os.O_CREAT),
    ):
        os.dup2(os.open(path, flags, 0o600), number)
    sys.argv = ["sergas", *arguments]
    runpy.run_module("bot", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    serve()

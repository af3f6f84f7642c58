"""What `sergas demo` says while it starts, on a pipe and on a terminal."""

from __future__ import annotations

import json
import os
import pty
import re
import signal
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest

from bot.commands.console import Terminal
from bot.commands.demo_progress import DemoProgress

ROOT = Path(__file__).parents[3]
SMALL = ("--owners", "1", "--accounts", "4", "--port", "0")


def _shown(*, terminal: bool, seconds: list[float]) -> str:
    file = StringIO()
    console = Terminal(file=file, force_terminal=terminal, width=100)
    with DemoProgress(console, clock=lambda: seconds.pop(0) if len(seconds) > 1 else seconds[0]) as progress:
        progress.step("Starting the bot")
        for night in range(5):
            progress.step("Watching the CRM night by night", night, 4)
    return file.getvalue()


def test_a_pipe_gets_plain_lines_when_a_step_begins_and_ends() -> None:
    assert _shown(terminal=False, seconds=[0.0]).splitlines() == [
        "  Starting the bot …",
        "  Watching the CRM night by night: 0 of 4 …",
        "  Watching the CRM night by night: 4 of 4.",
    ]


def test_a_long_step_gets_a_line_every_few_seconds() -> None:
    lines = _shown(terminal=False, seconds=[0.0, 0.0, 0.0, 2.0, 6.0, 6.0, 7.0]).splitlines()

    assert lines[2:] == ["  Watching the CRM night by night: 2 of 4 …", "  Watching the CRM night by night: 4 of 4."]


def test_a_terminal_gets_one_line_with_a_spinner_that_goes_away() -> None:
    said = _shown(terminal=True, seconds=[0.0])

    assert "Watching the CRM night by night" in said
    assert said.endswith(("\x1b[2K", "\x1b[?25h"))


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("SERGAS_", "ANTHROPIC_"))}
    return {**kept, "PYTHONPATH": str(ROOT), "TERM": "xterm", "COLUMNS": "100", "SERGAS_MEMORY_URL": "off"}


@pytest.mark.slow
def test_the_demo_names_its_steps_in_plain_words_on_a_pipe() -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "bot", "demo", "--check", *SMALL],
        capture_output=True,
        text=True,
        env=_environment(),
        cwd=ROOT,
        timeout=120,
        check=False,
    )

    assert ran.returncode == 0, ran.stderr
    steps = [line.strip() for line in ran.stderr.splitlines() if line.endswith((" …", "."))]
    begun = [
        "Making up a company", "Starting the stand-ins", "Starting the stand-in for Claude", "Starting the bot", "Watching",
        "Connecting", "Writing the briefs",
    ]  # fmt: skip
    places = [next(place for place, line in enumerate(steps) if line.startswith(each)) for each in begun]
    assert places == sorted(places)
    assert "\x1b" not in ran.stderr
    assert not any(line.startswith("{") for line in ran.stderr.splitlines())
    assert json.loads(ran.stdout)


@pytest.mark.slow
def test_the_demo_shows_a_terminal_a_spinner_and_the_address_at_the_end() -> None:
    main, side = pty.openpty()
    command = [sys.executable, "-m", "bot", "demo", *SMALL, "--author", "playbook"]
    with subprocess.Popen(command, stdout=side, stderr=side, env=_environment(), cwd=ROOT) as process:
        os.close(side)
        shown = b""
        while (piece := _read(main)) and b"Press Ctrl-C" not in shown:
            shown += piece
        process.send_signal(signal.SIGINT)
        while _read(main):
            pass
        code = process.wait(timeout=120)
    os.close(main)

    said = shown.decode(errors="replace")
    assert code == 0, said
    assert "Watching the CRM night by night" in said
    assert any(spin in said for spin in "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏")
    assert '{"' not in said
    assert re.search(r"1 briefs? (?:is|are) waiting, written by rules\.  Open \S*http://127\.0\.0\.1:\d+", said)


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65_536)
    except OSError:  # the other side is closed
        return b""

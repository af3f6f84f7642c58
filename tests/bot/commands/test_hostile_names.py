"""Names and texts that would style a terminal, link from it or move its cursor are shown as the characters they are."""

from __future__ import annotations

import asyncio
import json
import re
import stat
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from rich.text import Text
from typer.main import get_command

from agents.flows.access.trail import note
from bot.cli.app import app
from bot.commands import audit, explain, link, memory, operate, report, seal, signals, status, trace, writes
from bot.commands.console import Terminal, write_json, write_line
from store.database import Database
from store.domain.gate.proposals import State
from store.domain.text.controls import harmless
from tests.bot.commands.terminal import Sergas
from tests.store.makers import ANNA, account, brief, deal, proposal, task

HOSTILE = "Acme [/b] [link=https://evil.example]Robotics[/link] :boom: \x1b[31m\x9b2J\x07\x7f\u202eflip\u2066\x85\r"
NOW = datetime.now(UTC)
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")

COMMANDS: dict[str, Callable[[], Awaitable[int | None]]] = {
    "status": lambda: status.run_status(as_json=False, live=False),
    "status --json": lambda: status.run_status(as_json=True, live=False),
    "writes list": lambda: writes.run_list(everything=True, limit=20),
    "writes show": lambda: writes.run_show("p1"),
    "audit list": lambda: audit.run_list(limit=20, subject=None, since=None),
    "why": lambda: explain.run_why("a1", everything=True),
    "why --json": lambda: explain.run_why("a1", everything=True, as_json=True),
    "why, without a match": lambda: explain.run_why(HOSTILE),
    "link list": link.run_list,
    "away": lambda: link.run_away(ANNA.email, first=None, last=None, delegate=None, back=True),
    "link unlink": lambda: link.run_unlink(ANNA.email),
    "signals list": signals.run_list,
    "signals list --json": lambda: signals.run_list(as_json=True),
    "export": lambda: memory.run_export("a1", out=None),
    "report": lambda: report.run_report(since=None, as_json=False, as_csv=False),
    "report --json": lambda: report.run_report(since=None, as_json=True, as_csv=False),
    "report --csv": lambda: report.run_report(since=None, as_json=False, as_csv=True),
    "trace": lambda: trace.run_trace(HOSTILE, as_json=False),
    "trace --json": lambda: trace.run_trace("brief-1", as_json=True),
    "forget": lambda: memory.run_forget("a1", yes=True),
    "seal status": lambda: seal.run_seal_status(as_json=False),
    "seal status --json": lambda: seal.run_seal_status(as_json=True),
    "brief --dry-run": lambda: operate.run_brief(ANNA.email, dry_run=True),
}


# Commands that these tests don't run, each with its reason.
LEFT_OUT = {
    **dict.fromkeys(
        ("demo", "serve", "sandbox zoho", "sandbox slack", "sandbox claude", "sandbox mail", "mcp crm", "memory"),
        "serves until stopped",
    ),
    **dict.fromkeys(("sync", "zoho login", "zoho mcp pin", "doctor"), "talks to Zoho, whose names it doesn't print"),
    **dict.fromkeys(
        ("migrate", "settings", "memory status", "memory rebuild", "audit verify"), "prints no name and no text"
    ),
    **dict.fromkeys(("writes retry", "writes resolve"), "prints what `writes show` does"),
    **dict.fromkeys(("signals off", "signals on"), "prints what `signals list` does"),
    "audit export": "writes JSON, as `export` does",
    "sandbox import": "has tests of its own, with hostile files",
    "seal rotate": "prints names of tables and counts alone",
}


@pytest.fixture(autouse=True)
def hostile(home: Path, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A company whose every name is hostile."""
    monkeypatch.setenv("SERGAS_AUDIT_ANCHOR", "off")

    async def storing() -> None:
        database = Database(url)
        await database.migrate()
        write = replace(task(HOSTILE), parent_name=HOSTILE)
        async with database.transaction() as tx:
            await tx.people.replace([replace(ANNA, name=HOSTILE)])
            await tx.snapshots.upsert(
                [account("a1", name=HOSTILE), deal("d1", "a1", name=HOSTILE, stage=HOSTILE)], seen_at=NOW
            )
            await tx.proposals.add(proposal("p1", state=State.DEAD, account_name=HOSTILE, write=write))
            await tx.briefs.save_review(replace(brief("brief-1"), owner_name=HOSTILE, problems=(HOSTILE,)))
            await tx.links.link("T1", "U1", ANNA.id, NOW)
            await note(tx, "r1", "write.dead", "p1", actor=ANNA)
        await database.close()

    asyncio.run(storing())


def test_every_command_is_among_them_or_left_out_for_a_reason() -> None:
    tried = {" ".join(word for word in each.partition(",")[0].split() if not word.startswith("-")) for each in COMMANDS}
    assert tried | LEFT_OUT.keys() == set(_commands(get_command(app)))
    assert not tried & LEFT_OUT.keys()


def _commands(command: Any, *path: str) -> Iterator[str]:
    for name, each in getattr(command, "commands", {}).items():
        yield from _commands(each, *path, name)
    if path and (command.invoke_without_command if hasattr(command, "commands") else True):
        yield " ".join(path)


@pytest.mark.parametrize("command", COMMANDS)
def test_no_command_lets_a_name_reach_the_terminal(command: str, sergas: Sergas) -> None:
    ran = sergas(COMMANDS[command])
    assert ran.code in (0, 1, 2)
    assert ran.out or ran.err
    assert not CONTROL.search(ran.out + ran.err)
    if "Robotics" in ran.out:
        assert "[link=https://evil.example]Robotics[/link] :boom:" in ran.out


def test_a_terminal_shows_styles_of_its_own_and_no_others(capsys: pytest.CaptureFixture[str]) -> None:
    terminal = Terminal(force_terminal=True, color_system="truecolor", width=200)
    terminal.print(HOSTILE, style="bold")
    terminal.print(Text.assemble((HOSTILE, "red")))
    first, second = capsys.readouterr().out.splitlines()
    assert first == f"\x1b[1m{harmless(HOSTILE)}\x1b[0m"
    assert second.startswith("\x1b[31mAcme [/b] [link=")
    assert not CONTROL.search(second.removeprefix("\x1b[31m").removesuffix("\x1b[0m"))


def test_json_stays_the_same_value_and_plain_lines_stay_readable(capsys: pytest.CaptureFixture[str]) -> None:
    write_json({"name": HOSTILE, "città": "Zürich"})
    write_line(HOSTILE)
    value, line = capsys.readouterr().out.splitlines()
    assert json.loads(value) == {"name": HOSTILE, "città": "Zürich"}
    assert "città" in value
    assert not CONTROL.search(value + line)


def test_an_export_is_its_owners_alone(sergas: Sergas, tmp_path: Path) -> None:
    out = tmp_path / "acme.json"
    assert sergas(lambda: memory.run_export("a1", out=out)).code == 0
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert json.loads(out.read_text(encoding="utf-8"))
    assert sergas(lambda: memory.run_export("a1", out=tmp_path / "none" / "acme.json")).code == 2
    assert [each.name for each in tmp_path.glob("**/*acme*")] == ["acme.json"]

"""The command line as people run it: one sentence where something is wrong, and the right exit code."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import socket
import sys
import urllib.error
import urllib.request
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.bot.shell import ROOT, Ran, sergas
from tests.flows.openings import Opening
from tests.flows.stage import Stage, stage


@pytest.fixture
async def made(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Stage]:
    async with stage(sqlite_url, tmp_path, opening=Opening.FIRST) as made:
        yield made


async def run(made: Stage, *arguments: str, cwd: Path, **settings: object) -> Ran:
    """Run the command against the sandboxes of the stage."""
    given = {name: value for name, value in made.settings.items() if not name.startswith("_")} | settings
    return await asyncio.to_thread(lambda: sergas(*arguments, cwd=cwd, **given))


def test_a_malformed_setting_is_one_sentence_and_exit_code_2(tmp_path: Path) -> None:
    ran = sergas("migrate", cwd=tmp_path, sync_minutes="soon")

    assert ran.returncode == 2
    assert re.fullmatch(
        r"sergas: The setting SERGAS_SYNC_MINUTES must be a whole number .+; it is “soon”\.\n", ran.stderr
    )


@pytest.mark.parametrize(
    "command", [["migrate"], ["settings"], ["status"], ["audit", "verify"], ["link", "list"], ["serve"]]
)
def test_a_misspelt_setting_is_one_sentence_and_exit_code_2(command: list[str], tmp_path: Path) -> None:
    ran = sergas(*command, cwd=tmp_path, sync_minuets=5)

    assert ran.returncode == 2
    assert ran.stderr == "sergas: The setting SERGAS_SYNC_MINUETS is not known; did you mean SERGAS_SYNC_MINUTES?\n"


@pytest.mark.parametrize("command", ["why Nope", "status", "settings", "trace x", "memory status", "signals list"])
def test_with_json_a_problem_is_json_too_and_the_exit_code_stays_2(command: str, tmp_path: Path) -> None:
    ran = sergas(*command.split(), "--json", cwd=tmp_path, sync_minuets=5)

    assert (ran.returncode, ran.stderr) == (2, "")
    assert json.loads(ran.stdout) == {
        "error": "The setting SERGAS_SYNC_MINUETS is not known; did you mean SERGAS_SYNC_MINUTES?",
        "choices": [],
    }


def test_without_credentials_the_missing_one_is_named(tmp_path: Path) -> None:
    ran = sergas("sync", cwd=tmp_path)

    assert ran.returncode == 2
    assert ran.stderr.startswith("sergas: The setting SERGAS_ZOHO_CLIENT_ID is missing.")


def test_an_unreadable_csv_file_is_told_by_file_line_and_column(tmp_path: Path) -> None:
    (tmp_path / "Users.csv").write_text("Record Id,First Name,Last Name,Email\n1,Anna,Berg,anna@example.com\n")
    (tmp_path / "Accounts.csv").write_text(
        "Record Id,Account Name,Account Owner.id,Created Time\n2,Acme,1,2026-01-01 09:00:00\n3,Globex,1,yesterday\n"
    )
    ran = sergas("sandbox", "import", str(tmp_path), "--out", str(tmp_path / "crm.db"), cwd=tmp_path)

    assert ran.returncode == 2
    assert ran.stderr.count("\n") == 1
    for part in ("Accounts.csv", "line 3", "Created Time"):
        assert part in ran.stderr
    assert not (tmp_path / "crm.db").exists()


def test_a_taken_port_is_told_with_what_to_do(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        ran = sergas("sandbox", "zoho", "--port", port, "--owners", "1", "--accounts", "1", cwd=tmp_path)

    assert ran.returncode == 2
    assert f"Port {port}" in ran.stderr
    assert "another" in ran.stderr


def test_an_unknown_character_is_answered_with_those_that_there_are(tmp_path: Path) -> None:
    ran = sergas("sandbox", "claude", "--character", "moody", "--port", "0", cwd=tmp_path)

    assert ran.returncode == 2
    assert ran.stderr == (
        "sergas: There is no character “moody”; choose one of competent, obedient, sloppy, mix-up, failing.\n"
    )


async def test_an_unknown_owner_is_answered_with_those_who_are_known(made: Stage, tmp_path: Path) -> None:
    ran = await run(made, "brief", "Zaphod", "--dry-run", cwd=tmp_path)

    assert ran.returncode == 2
    assert "There is no owner “Zaphod”." in ran.stderr
    assert "Anna Berg" in ran.stderr


async def test_a_dry_run_prints_the_brief_and_sends_nothing(made: Stage, tmp_path: Path) -> None:
    ran = await run(made, "brief", "anna@example.com", "--dry-run", cwd=tmp_path)

    assert ran.returncode == 0, ran.stderr
    assert "Acme Robotics" in ran.stdout
    assert "Granite" not in ran.stdout
    assert "chat.postMessage" not in [method for method, _ in made.slack.calls]


async def test_a_wrong_zoho_token_is_told_without_showing_it(made: Stage, tmp_path: Path) -> None:
    ran = await run(made, "sync", cwd=tmp_path, zoho_refresh_token="not-the-right-one")

    assert ran.returncode == 1
    assert ran.stderr.startswith("sergas: ")
    assert ran.stderr.count("\n") == 1
    assert "not-the-right-one" not in ran.stderr


async def test_an_operator_says_who_is_away_and_who_is_back(made: Stage, tmp_path: Path) -> None:
    days = ("--from", "2099-03-02", "--until", "2099-03-06")
    ran = await run(made, "away", "anna@example.com", *days, "--delegate", "Bob Chan", cwd=tmp_path)
    assert ran.stdout == "Anna Berg is away from 2099-03-02 to 2099-03-06; Bob Chan decides for them.\n"
    assert (await run(made, "away", "Anna Berg", "--back", cwd=tmp_path)).stdout == "Anna Berg is back.\n"

    wrong = await run(made, "away", "Anna Berg", *days, "--delegate", "Anna Berg", cwd=tmp_path)
    assert (wrong.returncode, wrong.stderr) == (
        2,
        "sergas: No one can be their own delegate; please choose someone else.\n",
    )
    half = await run(made, "away", "Anna Berg", cwd=tmp_path)
    assert half.returncode == 2
    assert "--until DATE --delegate PERSON, or --back" in half.stderr


async def test_an_operator_sees_and_takes_away_who_is_bound_to_whom(made: Stage, tmp_path: Path) -> None:
    listed = (await run(made, "link", "list", cwd=tmp_path)).stdout
    assert re.search(r"Anna Berg +\d+ +T0SERGAS/U0ANNA +yes, 2026-03-20", listed)

    ran = await run(made, "link", "unlink", "Anna Berg", cwd=tmp_path)
    assert "is unlinked" in ran.stdout
    assert "U0ANNA" not in (await run(made, "link", "list", cwd=tmp_path)).stdout
    assert (await run(made, "link", "unlink", "Anna Berg", cwd=tmp_path)).returncode == 1


MCP_TOKEN = "0123456789abcdef0123456789abcdef"


@pytest.mark.parametrize(
    ("host", "settings", "named"),
    [
        ("127.0.0.1", {}, "SERGAS_MCP_TOKEN is missing"),
        ("127.0.0.1", {"mcp_token": "short"}, "SERGAS_MCP_TOKEN is too short"),
        ("0.0.0.0", {"mcp_token": MCP_TOKEN}, "SERGAS_MCP_ALLOWED_HOSTS is missing"),
        (
            "0.0.0.0",
            {"mcp_token": MCP_TOKEN, "mcp_allowed_hosts": "*.example.com"},
            "SERGAS_MCP_ALLOWED_HOSTS is wrong",
        ),
    ],
)
def test_the_crm_tools_are_not_served_on_http_without_a_token_and_names(
    tmp_path: Path, host: str, settings: dict[str, str], named: str
) -> None:
    ran = sergas("mcp", "crm", "--http", "--host", host, "--port", "0", cwd=tmp_path, **settings)

    assert ran.returncode == 2
    assert ran.stderr.startswith(f"sergas: The setting {named}")
    assert ran.stderr.count("\n") == 1
    assert MCP_TOKEN not in ran.stderr + ran.stdout


async def test_the_crm_tools_are_served_on_http_until_it_is_told_to_stop(made: Stage, tmp_path: Path) -> None:
    given = {name: value for name, value in made.settings.items() if not name.startswith("_")}
    settings = {f"SERGAS_{name.upper()}": str(value) for name, value in given.items()} | {"SERGAS_MCP_TOKEN": MCP_TOKEN}
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SERGAS_")}
    command = (sys.executable, "-m", "bot", "mcp", "crm", "--http", "--port", "0")
    process = await asyncio.create_subprocess_exec(
        *command, cwd=tmp_path, env={**kept, "PYTHONPATH": str(ROOT), **settings}, stderr=asyncio.subprocess.PIPE
    )
    assert process.stderr is not None
    async with asyncio.timeout(180):
        async for line in process.stderr:
            if found := re.search(rb'"url": "(http://[^"]+)"', line):
                break
        else:
            raise AssertionError("it ended before it listened")
        assert await asyncio.to_thread(_status_of, found[1].decode()) == 401
        process.send_signal(signal.SIGTERM)
        rest = await process.stderr.read()
        assert await process.wait() == 0

    assert b"mcp.stopping" in rest
    assert b"Traceback" not in rest


def _status_of(url: str) -> int:
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(url, timeout=30) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as exc:
        return exc.code

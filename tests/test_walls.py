"""The import contracts also cover files that do not exist yet: each wall is broken once, by a new file in a copy of the tree."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.documents import ROOT, read

LAYERS = ("bot", "agents", "integrations", "store", "prompts")
CONTRACTS = [
    contract["name"] for contract in tomllib.loads(read("pyproject.toml"))["tool"]["importlinter"]["contracts"]
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """A new file with one import that a contract forbids; `report` is how the linter names the breach."""

    wall: str
    file: str
    imports: str
    report: str = ""

    @property
    def link(self) -> str:
        return self.report or f"{self.file.removesuffix('.py').replace('/', '.')} -> {self.imports}"


BREACHES = [
    Breach(
        wall="The bot composes agents and integrations, which rest on the store and never on each other",
        file="agents/flows/leads/receive_lead.py",
        imports="integrations.zoho.transport",
    ),
    Breach(
        wall="Rooms of the bot, from the command line down to values",
        file="bot/delivery/mail.py",
        imports="bot.listeners",
    ),
    Breach(
        wall="Rooms of the agents: flows, the author, the wire to the model, the ports",
        file="agents/model/cache.py",
        imports="agents.flows.gate.decide_proposal",
    ),
    Breach(
        wall="Rooms of the author: who orders the work, who checks it, who is asked, what they get",
        file="agents/author/subagents/lead_scout.py",
        imports="agents.author.checking",
    ),
    Breach(
        wall="One folder per system; no system knows another",
        file="integrations/memory/contacts.py",
        imports="integrations.zoho.wire",
    ),
    Breach(
        wall="Rooms of the store: repositories over tables over the domain",
        file="store/domain/leads/scoring.py",
        imports="store.repositories.book",
    ),
    Breach(wall="The domain is pure", file="store/domain/success/health.py", imports="structlog"),
    Breach(wall="Views are pure", file="bot/views/lead.py", imports="agents.ports"),
    Breach(
        wall="Only the wiring reaches a writer",
        file="bot/delivery/direct.py",
        imports="integrations.zoho.writing.writer",
    ),
    Breach(
        wall="Only the demonstration, the commands and the tests start a sandbox",
        file="bot/wiring/shortcut.py",
        imports="integrations.sandbox.zoho",
    ),
    Breach(wall="anthropic stays in agents.model", file="agents/author/streamed.py", imports="anthropic"),
    Breach(wall="cognee stays in integrations.memory", file="integrations/mcp_servers/graph.py", imports="cognee"),
    Breach(wall="dbos stays in bot.jobs.engine", file="bot/jobs/queues.py", imports="dbos"),
    Breach(wall="apscheduler stays in bot.jobs.scheduler", file="bot/jobs/crontab.py", imports="apscheduler"),
    Breach(wall="Slack's libraries stay at the bot's edge", file="bot/jobs/ping.py", imports="slack_sdk"),
    Breach(wall="SMTP stays in integrations.mail", file="bot/delivery/post.py", imports="aiosmtplib"),
    Breach(
        wall="SQL stays in the store, the memory's index and the job engine",
        file="agents/flows/records/report.py",
        imports="sqlalchemy",
    ),
    Breach(wall="mcp stays with those who speak it", file="bot/jobs/tools.py", imports="mcp"),
    Breach(wall="The command line stays in bot.cli and bot.commands", file="bot/jobs/table.py", imports="rich"),
    Breach(
        wall="No cycles between sibling packages",
        file="agents/flows/access/shortcut.py",
        imports="agents.flows.gate.decide_proposal",
        report="No cycles are allowed in agents.flows. It could be made acyclic by removing 1 dependency: - .access -> .gate",
    ),
]
NEW_ROOMS = {
    "Rooms of the bot, from the command line down to values": "bot/attention.py",
    "Rooms of the agents: flows, the author, the wire to the model, the ports": "agents/attention.py",
    "One folder per system; no system knows another": "integrations/hubspot.py",
    "Rooms of the store: repositories over tables over the domain": "store/attention.py",
}


@pytest.fixture(scope="module")
def breached(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What the linter says of a tree with every breach in it."""
    files = {breach.file: f"import {breach.imports}\n" for breach in BREACHES}
    return linted(tmp_path_factory.mktemp("breached"), files)


@pytest.fixture(scope="module")
def extended(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What the linter says of a tree with new rooms that have no place in the layers."""
    return linted(tmp_path_factory.mktemp("extended"), dict.fromkeys(NEW_ROOMS.values(), ""))


def linted(tree: Path, files: dict[str, str]) -> str:
    for layer in LAYERS:
        shutil.copytree(
            ROOT / layer, tree / layer, ignore=lambda folder, names: [n for n in names if _is_data(folder, n)]
        )
    shutil.copy(ROOT / "pyproject.toml", tree)
    for name, text in files.items():
        path = tree / name
        path.parent.mkdir(parents=True, exist_ok=True)
        (path.parent / "__init__.py").touch()
        assert not path.exists(), f"{name} exists: choose another name for a file that does not."
        path.write_text(text, encoding="utf-8")
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run()", "--no-cache"]
    environment = {**os.environ, "NO_COLOR": "1", "COLUMNS": "400"}
    done = subprocess.run(command, cwd=tree, env=environment, capture_output=True, text=True)
    assert done.returncode == 1, done.stdout + done.stderr
    return re.sub(r"\s+", " ", done.stdout)


def _is_data(folder: str, name: str) -> bool:
    return name == "__pycache__" or not (name.endswith(".py") or (Path(folder) / name).is_dir())


@pytest.mark.parametrize("breach", BREACHES, ids=lambda breach: breach.file)
def test_a_new_file_cannot_pass_a_wall(breach: Breach, breached: str) -> None:
    assert f"{breach.wall} BROKEN" in breached
    assert re.search(rf"{re.escape(breach.link)}\b", breached)


@pytest.mark.parametrize(("wall", "file"), NEW_ROOMS.items(), ids=NEW_ROOMS.values())
def test_a_new_room_must_take_its_place_among_the_layers(wall: str, file: str, extended: str) -> None:
    assert f"{wall} BROKEN" in extended
    assert file.removesuffix(".py").replace("/", ".") in extended


def test_every_contract_is_broken_once() -> None:
    assert {breach.wall for breach in BREACHES} == set(CONTRACTS)


def test_no_module_imports_by_a_name_that_the_linter_cannot_see() -> None:
    """`import_module(name)` passes every wall. Only two files may: the secret stores load optional packages, and the registry
    finds the kinds of write in the folder that its caller names."""
    hidden = [
        str(path.relative_to(ROOT))
        for layer in LAYERS
        for path in (ROOT / layer).rglob("*.py")
        if re.search(r"\b(import_module|__import__)\(", path.read_text(encoding="utf-8"))
    ]

    assert hidden == ["integrations/secret_stores/cloud.py", "store/domain/gate/registry.py"]

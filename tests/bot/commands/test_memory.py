"""`sergas memory`, `sergas forget` and `sergas export` as an operator runs them, and the memory as a process of its own."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import sys
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.clock import SystemClock
from bot.commands.memory import run_export, run_forget, run_memory_status, run_rebuild
from bot.settings import load_settings
from bot.wiring.memory_link import environment_of
from bot.wiring.memory_process import FOLDER
from integrations.memory.embedded.folder import IndexFolder
from integrations.memory.errors import EmbedderUnavailable, IndexBusy, IndexUnavailable
from integrations.memory_client import MemoryClient, over_http, own_process
from store.domain.errors import BadInput, MemoryUnavailable, NotFound
from tests.flows.company import ACME, ANNA, BOB
from tests.flows.openings import Opening
from tests.flows.stage import NIGHT, Stage, stage

TOKEN = "t" * 40
PATIENCE = 480  # seconds: ten on a machine at rest, and many times that on one that is not
ROOT = str(Path(__file__).parents[3])


@pytest.fixture
def place(request: pytest.FixtureRequest) -> str:
    """SQLite, or the kind of database that a test names."""
    url: str = request.getfixturevalue(f"{getattr(request, 'param', 'sqlite')}_url")
    return url


@pytest.fixture
async def made(place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Stage]:
    """A book that was read and remembered; commands find it."""
    async with stage(place, tmp_path, opening=Opening.NIGHT) as made:
        await made.bot.jobs.remember()
        monkeypatch.chdir(tmp_path)
        for name, value in made.settings.items():
            if not name.startswith("_"):
                monkeypatch.setenv(f"SERGAS_{name.upper()}", str(value))
        monkeypatch.setenv("SERGAS_HOME", str(tmp_path))
        yield made


async def test_an_export_holds_the_account_and_an_unknown_one_is_said_to_be_unknown(
    made: Stage, tmp_path: Path
) -> None:
    assert await run_export("Acme Robotics", out=tmp_path / "acme.json") == 0
    assert json.loads((tmp_path / "acme.json").read_text())["account_id"] == ACME
    with pytest.raises(NotFound, match="no account “Nowhere”"):
        await run_export("Nowhere", out=None)
    with pytest.raises(BadInput, match="can't be written"):
        await run_export("Acme Robotics", out=tmp_path / "missing" / "acme.json")


async def test_forgetting_asks_first_and_then_nothing_is_left(made: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("builtins.input", lambda *_: "Acme")
    with pytest.raises(BadInput, match="Nothing was removed"):
        await run_forget("Acme Robotics", yes=False)
    assert await run_export("Acme Robotics", out=None) == 0

    assert await run_forget("Acme Robotics", yes=True) == 0
    assert await made.look(NIGHT + timedelta(hours=1))  # which does not bring it back
    with pytest.raises(NotFound):
        await run_export("Acme Robotics", out=None)


async def test_status_says_how_much_is_remembered_and_what_is_not_in_the_index(
    made: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert await run_memory_status(as_json=True) == 0
    told = json.loads(capsys.readouterr().out)
    assert sum(told["passages"].values()) == told["behind"] > 0


@pytest.mark.slow
@pytest.mark.parametrize("place", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)
async def test_a_rebuilt_index_has_caught_up_and_forgets(made: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    assert await run_rebuild() == 0
    capsys.readouterr()
    await run_memory_status(as_json=True)
    assert json.loads(capsys.readouterr().out)["behind"] == 0

    assert await run_forget("Acme Robotics", yes=True) == 0
    assert "Removed from the index, too." in capsys.readouterr().out


async def test_an_index_that_another_process_holds_or_that_is_no_folder_gets_one_sentence(
    made: Stage, tmp_path: Path
) -> None:
    other = IndexFolder(tmp_path / FOLDER)
    other.hold()
    with pytest.raises(IndexBusy, match="Another process holds the memory index"):
        await run_rebuild()
    assert await run_forget("Acme East", yes=True) == 0  # whoever holds it takes it out
    other.release()
    shutil.rmtree(tmp_path / FOLDER)
    (tmp_path / FOLDER).write_text("no folder", encoding="utf-8")
    with pytest.raises(IndexUnavailable, match="cannot be opened"):
        await run_rebuild()
    assert await run_memory_status(as_json=True) == 0


@pytest.mark.slow
async def test_an_embedder_that_is_unreachable_gets_one_sentence_and_nothing_is_lost(
    made: Stage, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SERGAS_MEMORY_EMBEDDER", "openai:http://127.0.0.1:1/v1#none:8")
    with pytest.raises(EmbedderUnavailable, match="cannot be reached"):
        await run_rebuild()
    assert await run_forget("Acme East", yes=True) == 0
    monkeypatch.delenv("SERGAS_MEMORY_EMBEDDER")
    assert await run_rebuild() == 0


@pytest.mark.slow
async def test_forgetting_over_a_broken_index_leaves_no_byte_of_it(made: Stage, tmp_path: Path) -> None:
    await run_rebuild()
    for file in (tmp_path / FOLDER).rglob("*"):
        if file.is_file() and file.suffix in (".lance", ".manifest"):
            file.write_bytes(file.read_bytes()[:-64] + ACME.encode() * 3)
    assert await run_forget("Acme Robotics", yes=True) == 0
    assert not [
        file for file in (tmp_path / FOLDER).rglob("*") if file.is_file() and ACME.encode() in file.read_bytes()
    ]


@pytest.mark.slow
async def test_a_memory_beside_us_answers_by_words_at_once_and_by_meaning_when_its_index_is_there(
    made: Stage, tmp_path: Path
) -> None:
    settings = load_settings()
    told = environment_of(settings.memory, settings.storage, settings.log)
    connect, key = own_process({**told, "SERGAS_MEMORY_FOLLOW_SECONDS": "0.2", "PYTHONPATH": ROOT})
    # It gets all it needs, and reads nothing else, such as the keys in this file.
    (tmp_path / ".env").write_text("SERGAS_BRIEF_TIME=never", encoding="utf-8")
    client = MemoryClient(connect, key=key, tenant="default", timeout=PATIENCE, now=SystemClock().now)
    try:
        first = await client.call("cognee_search_memory", {"query": "call meeting task"}, owner_id=ANNA)
        assert first["items"]
        async with asyncio.timeout(PATIENCE):
            while (await client.call("memory_status", {}, owner_id=None))["behind"]:  # noqa: ASYNC110 - another process
                await asyncio.sleep(0.5)
        later = await client.call("cognee_search_memory", {"query": "call meeting task"}, owner_id=ANNA)
        assert not later["by_words_alone"]
        with pytest.raises(BadInput, match="no such account"):
            await client.call("cognee_retrieve_history", {"account_id": ACME}, owner_id=BOB)
    finally:
        await client.close()


@pytest.mark.slow
async def test_a_memory_over_http_wants_its_token_and_one_that_is_away_is_said_to_be(
    made: Stage, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SERGAS_MEMORY_TOKEN", TOKEN)
    environment = {**os.environ, "PYTHONPATH": ROOT}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "memory", "--http", "--port", "0", env=environment, stderr=asyncio.subprocess.PIPE
    )
    assert process.stderr
    url = ""
    async with asyncio.timeout(PATIENCE):
        while not url:
            line = (await process.stderr.readline()).decode()
            found = re.search(r"http://127\.0\.0\.1:\d+/mcp", line)
            url = found[0] if found else ""
    monkeypatch.setenv("SERGAS_MEMORY_URL", url)
    capsys.readouterr()
    assert await run_memory_status(as_json=True) == 0
    assert json.loads(capsys.readouterr().out)["passages"]
    connect, key = over_http(url, token="w" * 40, timeout=30)
    stranger = MemoryClient(connect, key=key, tenant="default", timeout=30, now=SystemClock().now)
    with pytest.raises(MemoryUnavailable):
        await stranger.call("memory_status", {}, owner_id=None)
    await stranger.close()
    process.terminate()
    await process.wait()
    with pytest.raises(MemoryUnavailable, match="not available"):
        await run_memory_status(as_json=True)

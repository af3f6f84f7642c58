"""Whatever is asked or told of the memory: a stored record or one clear sentence, and nothing else is lost by it."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from mcp import MCPError

from integrations.memory.catch_up import catch_up
from integrations.memory.cognee_index import CogneeIndex, open_index
from integrations.memory.embedders import Purpose, Vectors
from integrations.memory.embedders.hashing import HashingEmbedder
from integrations.memory.errors import EmbedderUnavailable
from tests.flows.company import ACME, ANNA
from tests.flows.openings import Opening
from tests.flows.stage import stage
from tests.injection.corpus import OURS
from tests.integrations.mcp_servers.memory_host import Host, memory_host, said
from tests.repetition import LONG

BLNS = Path(__file__).resolve().parents[4] / "shared" / "data" / "injection" / "blns.json"
ODD = (
    *OURS,
    "",
    " ",
    "\n",
    "\x00",
    "\ud83d",
    "a\x00b",
    "\u200b",
    "NULL",
    "' OR 1=1 --",
    '"',
    "*",
    "(",
    "NEAR(",
    "^title:",
    "%",
    "\\",
)
KNOWN = "They like to meet for lunch by the harbour."
TOLD = {"account_id": ACME, "title": "Lunch", "text": KNOWN}


@pytest.fixture
async def host(database_url: str, tmp_path: Path) -> AsyncIterator[Host]:
    """A book that was read and remembered, and one thing that Anna added."""
    async with stage(database_url, tmp_path, opening=Opening.NIGHT) as made:
        await made.bot.jobs.remember()
        async with memory_host(made) as host:
            await host.answer("cognee_store_context", ANNA, **TOLD)
            yield host


async def nothing_is_lost(host: Host) -> None:
    found = await host.answer("cognee_search_memory", ANNA, query="lunch harbour", limit=50)
    assert KNOWN in [each["text"] for each in found["items"]]


async def one_sentence(host: Host, tool: str, **arguments: Any) -> str | None:
    """What the tool says where it refuses; None where it answers. A fault of ours is neither."""
    try:
        result = await host.call(tool, ANNA, **arguments)
    except MCPError as exc:  # what cannot be said in JSON never reaches the server
        return str(exc)
    except UnicodeEncodeError:
        return "Half a character cannot be sent."
    if not result.is_error:
        return None
    told = said(result)
    assert told
    assert "\n" not in told
    assert "fault of ours" not in told
    assert "Traceback" not in told
    assert len(told) < 300
    return told


async def test_odd_strings_are_stored_and_asked_or_refused_in_one_sentence(host: Host) -> None:
    await store_and_ask(host, ODD)


@pytest.mark.slow
@pytest.mark.skipif(not BLNS.exists(), reason="The list lies beside the repository.")
@pytest.mark.long
async def test_every_naughty_string_is_stored_and_asked_or_refused_in_one_sentence(
    host: Host, request: pytest.FixtureRequest
) -> None:
    """Every other one on each kind of database; at length, every one on both."""
    postgres = request.node.get_closest_marker("postgres") is not None
    texts = json.loads(BLNS.read_text(encoding="utf-8"))
    await store_and_ask(host, texts if LONG else texts[postgres::2])


async def store_and_ask(host: Host, texts: Sequence[str]) -> None:
    kept = 0
    for text in texts:
        stored = await one_sentence(host, "cognee_store_context", account_id=ACME, title="Odd", text=text)
        titled = await one_sentence(host, "cognee_store_context", account_id=ACME, title=text, text="An odd title.")
        await one_sentence(host, "cognee_search_memory", query=text)
        await one_sentence(host, "cognee_search_memory", query="lunch", account_id=text)
        assert titled is None or not text.strip() or len(text) > 200 or not text.isprintable(), (text, titled)
        kept += stored is None
    assert kept > len(texts) / 2
    await nothing_is_lost(host)


QUESTIONS: list[dict[str, Any]] = [
    {"query": "lunch", "account_id": "4150868000009999999"},
    {"query": "lunch", "account_id": "' OR 1=1 --"},
    {"query": "lunch", "account_id": ""},
    {"query": "lunch", "account_id": 7},
    {"query": "lunch", "kinds": ["secret"]},
    {"query": "lunch", "kinds": "note"},
    {"query": "lunch", "since": "yesterday"},
    {"query": "lunch", "since": "2026-03-24T00:00:00"},
    {"query": "lunch", "limit": 0},
    {"query": "lunch", "limit": 10**12},
    {"query": None},
    {"query": ["lunch"]},
    {"query": ""},
    {"query": "x" * 10_000_000},
    {},
]
OTHERS: list[tuple[str, dict[str, Any]]] = [
    ("cognee_retrieve_history", {"account_id": ACME, "page": 10**30}),
    ("cognee_retrieve_history", {"account_id": ACME, "page": -1}),
    ("cognee_retrieve_history", {"account_id": ACME, "days": 0}),
    ("cognee_retrieve_history", {"account_id": ACME, "days": 10**9}),
    ("cognee_retrieve_history", {"account_id": "99"}),
    ("cognee_aggregate_insights", {"account_id": "99"}),
    ("cognee_get_relationship_graph", {"account_id": "99"}),
    ("cognee_deduplicate_records", {"limit": -1}),
    ("cognee_store_context", {"account_id": "99", "title": "A", "text": "B"}),
    ("cognee_store_context", {"account_id": ACME, "title": "", "text": "B"}),
    ("cognee_store_context", {"account_id": ACME, "title": "A", "text": ""}),
    ("cognee_store_context", {"account_id": ACME, "title": "A", "text": "\u200b \n"}),
    ("cognee_store_context", {"account_id": ACME, "title": "A", "text": "x" * 10_000_000}),
    ("cognee_store_context", {"account_id": ACME, "title": "A" * 10_000_000, "text": "x"}),
    ("no_such_tool", {}),
]


async def test_whatever_makes_no_sense_is_refused_in_one_sentence(host: Host) -> None:
    for tool, arguments in (*(("cognee_search_memory", each) for each in QUESTIONS), *OTHERS):
        assert await one_sentence(host, tool, **arguments), (tool, str(arguments)[:80])
    await nothing_is_lost(host)


async def test_operators_are_told_of_an_unknown_account_in_one_sentence(host: Host) -> None:
    for tool in ("export_account", "forget_account"):
        for account_id in ("4150868000009999999", "' OR 1=1 --"):
            result = await host.call(tool, None, account_id=account_id)
            assert result.is_error
            assert "fault of ours" not in said(result)
            assert "\n" not in said(result)
    await nothing_is_lost(host)


class Unreachable(HashingEmbedder):
    """Fails as it is told to, once it is switched off."""

    failure: Exception | None = None

    def embed(self, texts: Sequence[str], *, purpose: Purpose = Purpose.DOCUMENT) -> Vectors:
        if self.failure is not None:
            raise self.failure
        return super().embed(texts, purpose=purpose)


@pytest.mark.slow
@pytest.mark.parametrize(
    "failure", [EmbedderUnavailable("x"), RuntimeError("x"), MemoryError()], ids=lambda e: type(e).__name__
)
async def test_while_the_embedder_fails_words_alone_answer_and_the_rest_is_put_later(
    host: Host, tmp_path: Path, failure: Exception
) -> None:
    embedder = Unreachable()
    index: CogneeIndex = await open_index(tmp_path / "index", embedder)
    database = host.made.bot.services.database
    await catch_up(database, index)
    host.recall.index = index
    assert not (await host.answer("cognee_search_memory", ANNA, query="lunch"))["by_words_alone"]

    embedder.failure = failure
    await host.answer("cognee_store_context", ANNA, account_id=ACME, title="Dinner", text="Or for dinner.")
    found = await host.answer("cognee_search_memory", ANNA, query="dinner")
    assert (found["by_words_alone"], len(found["items"])) == (True, 1)
    with pytest.raises(EmbedderUnavailable):
        await catch_up(database, index)
    assert not index.damaged

    embedder.failure = None
    assert await catch_up(database, index) == 1
    found = await host.answer("cognee_search_memory", ANNA, query="dinner")
    assert not found["by_words_alone"]
    await nothing_is_lost(host)
    await index.close()

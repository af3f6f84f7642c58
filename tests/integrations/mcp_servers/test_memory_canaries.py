"""Nothing that is kept of one owner's accounts comes to another's eyes, by any tool, question or prompt."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from mcp_types import CallToolResult

from agents.model.toolbox import MEMORY_READS, Agent, Toolbox, pins_of
from integrations.memory.catch_up import catch_up
from integrations.memory.cognee_index import open_index
from integrations.memory.embedders.hashing import HashingEmbedder
from store.database import Database
from store.domain.memory.passage import MemoryKind, passage_id
from store.domain.memory.retrieval import Hit
from tests.flows.company import ACME, ANNA, BOB, BOREALIS, CORA, FIRST_NIGHT, GRANITE, MIA, company, happens
from tests.flows.stage import NIGHT, stage
from tests.integrations.mcp_servers import planted
from tests.integrations.mcp_servers.memory_host import Host, Session, memory_host
from tests.integrations.mcp_servers.planted import MARK, RECORDS, SHARED, word

NOBODY_KNOWN = "4150868000001999999"


@dataclass
class Careless:
    """An index that finds everything for everybody, as one would that had lost its filter."""

    database: Database

    async def vectors(
        self,
        account_ids: Collection[str],
        query: str,
        *,
        kinds: Collection[MemoryKind] = (),
        since: datetime | None = None,
        until: datetime | None = None,
        k: int = 50,
    ) -> list[Hit]:
        async with self.database.reading() as tx:
            return [Hit(passage_id=each.passage.id, score=0.9) for each in await tx.memory.after(0, 10_000)]

    async def neighbours(self, ids: Collection[str], *, account_ids: Collection[str]) -> dict[str, tuple[str, ...]]:
        everything = tuple(hit.passage_id for hit in await self.vectors(account_ids, ""))
        return dict.fromkeys(ids, everything)


@pytest.fixture
async def host(database_url: str, tmp_path: Path) -> AsyncIterator[Host]:
    """Canaries in all that is kept of Anna's account Acme, and a careless index."""
    bobs = planted.note(planted.OF_BOB, GRANITE, title="Bob", text=f"A word on the {SHARED} of ours.")
    events = sorted((*company().events, *planted.events(), bobs), key=lambda event: event.at)
    async with stage(database_url, tmp_path, of=replace(company(), events=tuple(events))) as made:
        await made.look(FIRST_NIGHT)
        made.zoho.happens(happens("Deals", planted.DEAL, NIGHT - timedelta(hours=2), Stage="Needs Analysis"))
        await made.look(NIGHT - timedelta(hours=3))
        await made.look(NIGHT)
        await planted.proposals(made)
        await made.bot.jobs.remember()
        async with memory_host(made, Careless(made.bot.services.database)) as host:
            await planted.stored(host)
            yield host


def nothing_of_anna_in(result: object, *, but: Collection[str] = ()) -> None:
    told = str(result).casefold()
    assert MARK not in told
    for each in RECORDS:
        assert each in but or each not in told, each


async def asks_everything(host: Host, meta_of: Any, account_id: str = ACME) -> list[CallToolResult]:
    return [
        await host.client.call_tool(tool, arguments, meta=meta_of(tool))
        for tool, arguments in planted.calls(account_id)
    ]


async def finds(host: Host, owner_id: str) -> set[str]:
    """The canaries that somebody finds by asking for them, and those of names in what tools tell of the account."""
    found = set()
    for place in planted.FOUND_BY_WORDS:
        if word(place) in str(await host.answer("cognee_search_memory", owner_id, query=word(place))).casefold():
            found.add(place)
    return found


async def test_whoever_owns_the_account_finds_every_canary(host: Host) -> None:
    """Otherwise that nobody else does would tell nothing."""
    assert await finds(host, ANNA) == set(planted.FOUND_BY_WORDS)
    graph = str(await host.answer("cognee_get_relationship_graph", ANNA, account_id=ACME)).casefold()
    assert word("account-name") in graph
    assert word("last") in graph
    history = await host.answer("cognee_retrieve_history", ANNA, account_id=ACME, days=3650, limit=200)
    assert {each["kind"] for each in history["items"]} == {kind.value for kind in MemoryKind}


async def test_no_other_owner_finds_any_by_any_tool(host: Host) -> None:
    for owner_id in (BOB, CORA, MIA, NOBODY_KNOWN, ""):
        for result in await asks_everything(host, partial(host.meta, owner_id=owner_id)):
            nothing_of_anna_in(result)
    own = await host.answer("cognee_search_memory", BOB, query=SHARED)
    assert [each["id"] for each in own["items"]] == [passage_id("note", planted.OF_BOB)]
    for result in await asks_everything(host, partial(host.meta, owner_id=BOB), GRANITE):
        nothing_of_anna_in(result)
    assert await finds(host, ANNA) == set(planted.FOUND_BY_WORDS)  # nor did anybody remove any


async def test_nobody_of_another_tenant_gets_anything_whoever_they_say_they_are(host: Host) -> None:
    told: list[dict[str, str]] = [{"tenant": "another"}, {"tenant": "Default"}, {"tenant": ""}, {"key": "j" * 32}]
    for each in told:
        for owner_id in (ANNA, None):
            for result in await asks_everything(host, partial(host.meta, owner_id=owner_id, **each)):
                assert result.is_error
                nothing_of_anna_in(result)
    for result in await asks_everything(host, lambda tool: None):
        assert result.is_error


async def test_an_account_that_changes_hands_is_the_new_owners_at_once_and_the_former_ones_no_more(host: Host) -> None:
    at = NIGHT + timedelta(hours=1)
    host.made.zoho.happens(happens("Accounts", ACME, at, Owner={"id": BOB}))
    await host.made.look(at + timedelta(minutes=10))

    for result in await asks_everything(host, partial(host.meta, owner_id=ANNA)):
        nothing_of_anna_in(result)
    for result in await asks_everything(host, partial(host.meta, owner_id=ANNA), BOREALIS):
        nothing_of_anna_in(result)
    assert await finds(host, BOB) == set(planted.FOUND_BY_WORDS)
    await host.made.bot.jobs.remember()
    assert await finds(host, BOB) == set(planted.FOUND_BY_WORDS)
    assert await finds(host, ANNA) == set()


async def test_no_prompt_of_another_owner_holds_any(host: Host) -> None:
    agent = Agent.MEMORY_ANALYST
    annas, bobs = Session(host, ANNA), Session(host, BOB)
    pins = {"memory": await pins_of(annas)}

    told = await Toolbox(agent, {"memory": annas}, pins=pins).call("cognee_search_memory", {"query": word("note-text")})
    assert word("note-text") in told.text
    toolbox = Toolbox(agent, {"memory": bobs}, pins=pins)
    assert {tool.name for tool in await toolbox.tools()} == MEMORY_READS
    for account_id in (ACME, GRANITE):
        for tool, arguments in planted.calls(account_id):
            nothing_of_anna_in(await toolbox.call(tool, arguments))


@pytest.mark.slow
async def test_nor_does_the_index_of_meanings_tell_of_any(host: Host, tmp_path: Path) -> None:
    index = await open_index(tmp_path / "index", HashingEmbedder())
    await catch_up(host.made.bot.services.database, index)
    host.recall.index = index
    assert await finds(host, ANNA) == set(planted.FOUND_BY_WORDS)
    assert not (await host.answer("cognee_search_memory", BOB, query=SHARED))["by_words_alone"]
    for account_id in (ACME, GRANITE):
        for result in await asks_everything(host, partial(host.meta, owner_id=BOB), account_id):
            nothing_of_anna_in(result)
    await index.close()

"""The memory's tools: each caller finds what is theirs and nothing else, and operators alone forget and export."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from integrations.sandbox.history import CrmEvent, Json
from tests.flows.company import ACME, ANNA, BOB, BOREALIS, FIRST_NIGHT, happens
from tests.flows.stage import NIGHT, stage
from tests.integrations.mcp_servers.memory_host import Host, memory_host, said

CANARY = "zanzibar-canary"
NOTE = "4150868000009999001"


def _note(text: str, *, on: str) -> CrmEvent:
    fields: dict[str, Json] = {
        "Note_Title": "Call",
        "Note_Content": text,
        "Parent_Id": {"id": on},
        "$se_module": "Accounts",
    }
    at = NIGHT - timedelta(hours=1)
    return CrmEvent(at=at, op="create", module="Notes", id=NOTE, user_id=ANNA, fields=fields)


@pytest.fixture
async def host(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Host]:
    """Anna's and Bob's accounts were read and remembered; a note with a word of its own stands on one of Anna's."""
    async with stage(sqlite_url, tmp_path) as made:
        await made.look(FIRST_NIGHT)
        made.zoho.happens(_note(f"They will send the {CANARY} by Friday.", on=ACME))
        await made.look(NIGHT)
        await made.bot.jobs.remember()
        async with memory_host(made) as host:
            yield host


async def test_what_was_said_is_found_with_its_place_and_why(host: Host) -> None:
    found = await host.answer("cognee_search_memory", ANNA, query=f"who sends the {CANARY}")

    best = found["items"][0]
    assert CANARY in best["text"]
    assert (best["account_id"], best["kind"], best["record_id"]) == (ACME, "note", NOTE)
    assert "canary" in best["why"]
    assert found["by_words_alone"] is True  # there is no index here


async def test_nobody_finds_what_is_on_somebody_elses_accounts(host: Host) -> None:
    assert (await host.answer("cognee_search_memory", BOB, query=CANARY))["items"] == []
    for tool in ("cognee_search_memory", "cognee_retrieve_history", "cognee_aggregate_insights"):
        arguments = {"query": CANARY} if tool == "cognee_search_memory" else {}
        refused = await host.call(tool, BOB, account_id=ACME, **arguments)
        unknown = await host.call(tool, BOB, account_id="99", **arguments)
        assert refused.is_error
        assert said(refused) == said(unknown) == "There is no such account among those you may see."
    for tool, more in (("cognee_get_relationship_graph", {}), ("cognee_store_context", {"title": "x", "text": "y"})):
        assert (await host.call(tool, BOB, account_id=ACME, **more)).is_error


async def test_an_account_that_changes_hands_takes_its_memory_along(host: Host) -> None:
    host.made.clock.advance(timedelta(seconds=1))
    host.made.zoho.happens(happens("Accounts", ACME, host.made.clock.now(), Owner={"id": BOB}))
    await host.made.look(host.made.clock.now() + timedelta(hours=1))

    assert (await host.answer("cognee_search_memory", ANNA, query=CANARY))["items"] == []
    assert len((await host.answer("cognee_search_memory", BOB, query=CANARY))["items"]) >= 1


async def test_a_call_that_names_nobody_gets_nothing(host: Host) -> None:
    for tool in ("cognee_search_memory", "memory_status"):
        result = await host.client.call_tool(tool, {"query": CANARY} if tool == "cognee_search_memory" else {})
        assert result.is_error
        assert said(result) == "This tool is called for a person, and the call does not say for whom."


async def test_a_model_cannot_name_an_owner_in_the_arguments(host: Host) -> None:
    meta = host.meta("cognee_search_memory", BOB)
    for name in ("owner_id", "ctx", "scope"):
        result = await host.client.call_tool("cognee_search_memory", {"query": CANARY, name: ANNA}, meta=meta)
        assert result.is_error


async def test_history_comes_latest_first_and_page_by_page(host: Host) -> None:
    await host.answer("cognee_store_context", ANNA, account_id=ACME, title="Lunch", text="They like to meet for lunch.")
    first = await host.answer("cognee_retrieve_history", ANNA, account_id=ACME, limit=1)
    second = await host.answer("cognee_retrieve_history", ANNA, account_id=ACME, limit=1, page=1)
    assert first["next_cursor"] == "1"
    assert first["items"][0]["at"] >= second["items"][0]["at"]
    assert first["items"][0]["id"] != second["items"][0]["id"]


async def test_insight_and_graph_tell_counts_and_who_belongs_to_what(host: Host) -> None:
    insight = await host.answer("cognee_aggregate_insights", ANNA, account_id=ACME)
    graph = await host.answer("cognee_get_relationship_graph", ANNA, account_id=BOREALIS)

    assert [each["by"] for each in insight["account"]["commitments"]] == ["them"]
    assert insight["account"]["strength"]["because"]
    assert {"account", "deal"} <= {node["kind"] for node in graph["nodes"]}
    assert (await host.answer("cognee_aggregate_insights", ANNA))["accounts"] > 1


async def test_what_is_stored_is_found_once_however_often_it_is_stored(host: Host) -> None:
    told = {"account_id": ACME, "title": "Lunch", "text": "They like to meet for lunch."}
    first = await host.answer("cognee_store_context", ANNA, **told)
    again = await host.answer("cognee_store_context", ANNA, **told)
    found = await host.answer("cognee_search_memory", ANNA, query="lunch")

    assert first == again
    assert [each["id"] for each in found["items"]] == first["ids"]


async def test_what_is_stored_is_cleaned_and_masked_in_its_title_as_well(host: Host) -> None:
    told = {"account_id": ACME, "title": "Mail\x00 of \u202esam@example.org\nnow", "text": "From sam@example.org."}
    await host.answer("cognee_store_context", ANNA, **told)
    found = (await host.answer("cognee_search_memory", ANNA, query="mail now"))["items"][0]
    assert found["title"].isprintable()
    assert "sam@" not in str(found)


async def test_operators_alone_see_how_it_stands_export_and_forget(host: Host) -> None:
    for tool in ("memory_status", "export_account", "forget_account"):
        arguments = {} if tool == "memory_status" else {"account_id": ACME}
        assert said(await host.call(tool, ANNA, **arguments)) == "This tool is for operators."

    assert (await host.answer("memory_status", None))["passages"]["note"] >= 1
    assert CANARY in str(await host.answer("export_account", None, account_id=ACME))
    gone = await host.answer("forget_account", None, account_id=ACME)
    assert gone["rows"]["memory_passage"] >= 1
    assert (await host.answer("cognee_search_memory", ANNA, query=CANARY))["items"] == []


@pytest.mark.parametrize("query", ["a", "x" * 501, ""])
async def test_a_question_that_is_none_is_refused_in_one_sentence(host: Host, query: str) -> None:
    result = await host.call("cognee_search_memory", ANNA, query=query)
    assert result.is_error
    assert "\n" not in said(result)

"""Through the hosted server everything reads as it does over REST, and nothing is written."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from integrations.sandbox.history import CrmEvent
from integrations.zoho.transport import Call
from integrations.zoho.writing.writer import ZohoWriter
from store.domain.access.rules import Reach
from store.domain.crm.accounts import Entity, Kind, Stream
from store.domain.errors import CrmAuth, CrmRefused, CrmUnavailable, NotFound
from store.domain.gate.verdicts import Verdict
from tests.integrations.mcp_servers.host import Host, said
from tests.integrations.zoho import company as known
from tests.integrations.zoho.bench import Bench, bench
from tests.integrations.zoho.changes import NOTE, TASK, UPDATE, approved
from tests.integrations.zoho.company import ANNA, HARBOUR, NORTHWIND, RENEWAL, START, company
from tests.integrations.zoho_mcp.host import Hosted, hosted

READS: list[tuple[str, dict[str, Any]]] = [
    ("zoho_get_accounts", {}),
    ("zoho_get_account_details", {"account_id": NORTHWIND}),
    ("zoho_search_accounts", {"name": "North"}),
    ("zoho_get_deals", {"account_id": NORTHWIND}),
    ("zoho_list_open_deals", {}),
    ("zoho_get_activities", {"account_id": NORTHWIND}),
    ("zoho_get_notes", {"account_id": NORTHWIND}),
    ("zoho_get_user_info", {}),
    ("zoho_get_history", {"kind": "deal", "record_id": RENEWAL}),
]


def moved(hours: int, **fields: Any) -> CrmEvent:
    at = START + timedelta(days=1, hours=hours)
    return CrmEvent(at=at, op="update", module="Deals", id=RENEWAL, user_id=ANNA, fields=fields)


async def entities(client: Any, stream: Stream, since: Any) -> list[Entity]:
    return [entity async for page, _ in client.changed(stream, since=since) for entity in page]


@pytest.mark.parametrize(("tool", "arguments"), READS, ids=[tool for tool, _ in READS])
async def test_each_tool_that_reads_answers_as_over_rest(tool: str, arguments: dict[str, Any]) -> None:
    events = [*known.standard_events(), moved(1, Amount=41_000.0), moved(2, Next_Step="Call")]
    async with bench(company(events)) as crm, hosted(crm) as mcp:
        over_rest = await Host(crm, Reach.of(ANNA)).content(tool, **arguments)
        crm.requests.clear()
        through_it = await Host(crm, Reach.of(ANNA), reader=mcp.client).content(tool, **arguments)

    assert through_it == over_rest
    assert crm.requests == []
    assert mcp.twin.called


async def test_the_scope_holds_whatever_is_read_through(crm: Bench, mcp: Hosted) -> None:
    result = await Host(crm, Reach.of(ANNA), reader=mcp.client).call("zoho_get_deals", account_id=HARBOUR)
    assert result.is_error
    assert "There is no such account" in said(result)


@pytest.mark.parametrize("since", [None, START, START + timedelta(seconds=1)], ids=["all", "the second", "later"])
@pytest.mark.parametrize("stream", list(Stream))
async def test_what_changed_is_what_rest_says(crm: Bench, mcp: Hosted, stream: Stream, since: Any) -> None:
    assert await entities(mcp.client, stream, since) == await entities(crm.client, stream, since)


@pytest.mark.parametrize("since", [None, START + timedelta(minutes=200), START + timedelta(minutes=449)])
async def test_notes_are_read_to_the_last_though_the_tools_of_lists_take_no_headers(since: Any) -> None:
    made = known.notes(450, apart=timedelta(minutes=1))
    async with bench(company([*known.accounts(1), *made])) as crm, hosted(crm) as mcp:
        through_it = await entities(mcp.client, Stream.NOTES, since)
        over_rest = await entities(crm.client, Stream.NOTES, since)

    assert {note.id: note for note in through_it} == {note.id: note for note in over_rest}
    assert through_it


async def test_what_was_deleted_is_what_rest_says() -> None:
    gone = [
        CrmEvent(at=START + timedelta(days=day), op="delete", module="Tasks", id=task, user_id=ANNA, fields={})
        for day, task in ((1, known.OVERDUE), (3, known.FINISHED))
    ]
    async with bench(company([*known.standard_events(), *gone])) as crm, hosted(crm) as mcp:
        for since in (None, START + timedelta(days=2)):
            through_it = await mcp.client.deleted(Stream.TASKS, since=since)
            assert through_it == await crm.client.deleted(Stream.TASKS, since=since)
        assert through_it.ids == (known.FINISHED,)


async def test_a_timeline_of_three_a_page_is_walked_by_its_tokens() -> None:
    events = [moved(hour, Amount=1_000.0 * hour) for hour in range(1, 9)]
    async with bench(company([*known.standard_events(), *events])) as crm, hosted(crm) as mcp:
        whole = (await crm.client.history(Kind.DEAL, RENEWAL)).items
        found, after = list[Any](), None
        while True:
            page = await mcp.client.history(Kind.DEAL, RENEWAL, after=after)
            found += page.items
            if (after := page.next) is None:
                break

    assert tuple(found) == whole


async def test_a_record_that_is_not_there_is_not_found(mcp: Hosted) -> None:
    assert await mcp.client.record(Kind.ACCOUNT, "4150868000009999999") is None
    with pytest.raises(NotFound):
        await mcp.client.account("4150868000009999999")


@pytest.mark.parametrize("change", [TASK, NOTE, UPDATE], ids=["task", "note", "update"])
async def test_a_write_is_refused_and_nothing_leaves(crm: Bench, mcp: Hosted, change: Any) -> None:
    result = await ZohoWriter(mcp.client).write(approved(change))

    assert result.verdict is Verdict.NOT_SENT
    assert result.error == "Zoho's hosted MCP server is for reading only; approved writes go through Zoho's REST API."
    assert mcp.twin.called == []
    assert crm.sandbox.ledger == ()


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
async def test_no_call_that_is_no_read_is_made(mcp: Hosted, method: Any) -> None:
    with pytest.raises(CrmRefused, match="for reading only"):
        await mcp.transport.attempt(Call(method=method, path=f"/Accounts/{NORTHWIND}"))
    assert mcp.twin.called == []


async def test_a_throttled_read_is_repeated(crm: Bench, mcp: Hosted) -> None:
    crm.sandbox.faults.throttle("GET", "/users")
    assert len(await mcp.client.people()) == len(known.USERS)
    assert mcp.twin.called == ["ZohoCRM_getUsers"] * 2


async def test_what_zoho_refuses_comes_as_its_own_code(crm: Bench, mcp: Hosted) -> None:
    crm.sandbox.faults.answer("GET", "/users", status=403, body={"code": "NO_PERMISSION", "status": "error"})
    with pytest.raises(CrmRefused) as refused:
        await mcp.client.people()
    assert refused.value.code == "NO_PERMISSION"


async def test_a_server_that_is_signed_out_of_zoho_says_what_to_do(crm: Bench, mcp: Hosted) -> None:
    crm.sandbox.faults.refuse_token("GET", "/users", times=2)
    with pytest.raises(CrmAuth, match="connect it again in Zoho's MCP console"):
        await mcp.client.people()


async def test_an_answer_that_is_no_json_is_not_taken_for_an_empty_one(crm: Bench, mcp: Hosted) -> None:
    crm.sandbox.faults.answer("GET", "/users", status=200, body="<html>busy</html>")
    with pytest.raises(CrmRefused, match="answered no JSON"):
        await mcp.client.people()


async def test_a_server_that_went_and_came_back_is_found_again(crm: Bench, mcp: Hosted) -> None:
    people = await mcp.client.people()
    port = int(mcp.twin.url.split(":")[2].split("/")[0])
    await mcp.twin.stop()
    with pytest.raises(CrmUnavailable, match="cannot be reached"):
        await mcp.client.people()

    await mcp.twin.start(port=port)
    assert await mcp.client.people() == people

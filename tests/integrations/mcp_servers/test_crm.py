"""The CRM tools as an MCP host meets them, over the sandbox CRM: what they show to whom, and what they will write."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from integrations.sandbox.history import CrmEvent
from store.domain.access.rules import EVERYONE, Reach
from store.domain.errors import GateClosed, NotFound, Refused, SergasError
from store.domain.gate.proposals import State
from tests.integrations.mcp_servers.host import PROPOSAL, Gate, Host, Outcome, said
from tests.integrations.zoho import company as known
from tests.integrations.zoho.bench import Bench, bench
from tests.integrations.zoho.company import ANNA, BOB, HARBOUR, MIA, NORTHWIND, PILOT, RENEWAL, company

READS = {
    "zoho_get_accounts",
    "zoho_get_account_details",
    "zoho_search_accounts",
    "zoho_get_deals",
    "zoho_list_open_deals",
    "zoho_get_activities",
    "zoho_get_notes",
    "zoho_get_user_info",
    "zoho_get_history",
    "zoho_get_analytics",
}
WRITES = {"zoho_create_task", "zoho_add_note", "zoho_update_account"}
THEIRS = [
    ("zoho_get_account_details", {"account_id": HARBOUR}),
    ("zoho_get_deals", {"account_id": HARBOUR}),
    ("zoho_get_activities", {"account_id": HARBOUR}),
    ("zoho_get_notes", {"account_id": HARBOUR}),
    ("zoho_get_history", {"kind": "account", "record_id": HARBOUR}),
    ("zoho_get_history", {"kind": "deal", "record_id": PILOT}),
]


async def test_there_are_ten_tools_that_read_and_three_that_write_and_each_says_which_it_is(annas: Host) -> None:
    tools = {tool.name: tool for tool in await annas.list_tools()}

    assert set(tools) == READS | WRITES
    assert {name for name, tool in tools.items() if tool.annotations and tool.annotations.read_only_hint} == READS
    assert all(tool.output_schema for tool in tools.values())
    assert all(tool.description for tool in tools.values())


async def test_write_tools_take_a_proposal_id_and_nothing_else(annas: Host) -> None:
    for tool in await annas.list_tools():
        if tool.name in WRITES:
            assert set(tool.input_schema["properties"]) == {"proposal_id"}
            assert tool.input_schema["additionalProperties"] is False


@pytest.mark.parametrize("tool", sorted(WRITES))
@pytest.mark.parametrize(
    "arguments",
    [
        {"proposal_id": PROPOSAL, "subject": "Wire the money"},
        {"proposal_id": PROPOSAL, "account_id": NORTHWIND},
        {"proposal_id": "0; drop"},
        {"proposal_id": PROPOSAL.upper()},
        {"subject": "Wire the money"},
        {},
    ],
)
async def test_anything_else_is_rejected_before_the_gate_is_asked(
    crm: Bench, tool: str, arguments: dict[str, Any]
) -> None:
    gate = Gate()
    client = Host(crm, EVERYONE, gate)
    assert (await client.call(tool, **arguments)).is_error
    assert gate.asked == []
    assert crm.requests == []


@pytest.mark.parametrize("tool", sorted(WRITES))
async def test_a_write_tool_asks_the_gate_for_exactly_its_own_kind_of_write(crm: Bench, tool: str) -> None:
    gate = Gate()
    client = Host(crm, Reach.of(ANNA), gate)
    result = await client.call(tool, proposal_id=PROPOSAL)

    assert gate.asked == [(PROPOSAL, tool.removeprefix("zoho_"))]
    assert result.structured_content == {
        "proposal_id": PROPOSAL,
        "state": "done",
        "crm_id": "77",
        "message": "Written to the CRM.",
    }


@pytest.mark.parametrize(
    "refusal",
    [
        Refused("This proposal is for add_note, not for create_task."),
        GateClosed(
            "This proposal is pending; only a proposal that a person approved can be written.", state=State.PENDING
        ),
        NotFound("There is no such proposal."),
    ],
)
async def test_what_the_gate_refuses_comes_back_as_an_error_in_the_gates_own_words(
    crm: Bench, refusal: SergasError
) -> None:
    client = Host(crm, EVERYONE, Gate(refusal))
    result = await client.call("zoho_create_task", proposal_id=PROPOSAL)
    assert result.is_error
    assert str(refusal) in said(result)


async def test_a_write_of_unknown_fate_says_not_to_send_it_again(crm: Bench) -> None:
    client = Host(crm, EVERYONE, Gate(Outcome(State.UNKNOWN)))
    result = await client.call("zoho_add_note", proposal_id=PROPOSAL)
    assert not result.is_error
    assert "Do not send it again" in said(result)


async def test_a_write_that_the_crm_refused_is_an_error_that_says_why(crm: Bench) -> None:
    client = Host(crm, EVERYONE, Gate(Outcome(State.DEAD, error="The record is locked.")))
    result = await client.call("zoho_update_account", proposal_id=PROPOSAL)
    assert result.is_error
    assert "Nothing was written. The record is locked." in said(result)


async def test_an_owner_sees_only_what_is_theirs(annas: Host) -> None:
    assert await annas.ids("zoho_get_accounts") == [NORTHWIND]
    assert await annas.ids("zoho_search_accounts", name="ar") == []
    assert await annas.ids("zoho_list_open_deals") == [RENEWAL, known.LOOSE]
    assert await annas.ids("zoho_get_user_info") == [ANNA]


async def test_whoever_stands_for_several_owners_sees_theirs_together(crm: Bench) -> None:
    client = Host(crm, Reach.of(ANNA, BOB))
    assert await client.ids("zoho_get_accounts") == [NORTHWIND, HARBOUR]
    assert await client.ids("zoho_get_user_info") == [ANNA, BOB]


async def test_an_empty_scope_sees_nothing(crm: Bench) -> None:
    client = Host(crm, Reach())
    for tool in ("zoho_get_accounts", "zoho_list_open_deals", "zoho_get_user_info"):
        assert await client.ids(tool) == []
    assert (await client.call("zoho_get_deals", account_id=NORTHWIND)).is_error


@pytest.mark.parametrize(("tool", "arguments"), THEIRS)
async def test_what_is_somebody_elses_is_told_of_as_what_does_not_exist(
    annas: Host, tool: str, arguments: dict[str, str]
) -> None:
    absent = {name: "4150868000009999999" if name.endswith("_id") else value for name, value in arguments.items()}

    theirs, nobodys = await annas.call(tool, **arguments), await annas.call(tool, **absent)

    assert theirs.is_error
    assert said(theirs) == said(nobodys)
    assert "Harbour" not in said(theirs)


@pytest.mark.parametrize(("tool", "arguments"), THEIRS)
async def test_no_argument_widens_whose_data_is_read(annas: Host, tool: str, arguments: dict[str, str]) -> None:
    result = await annas.call(tool, **arguments, scope=[BOB], owners=None)
    assert result.is_error
    assert "Harbour" not in said(result)


async def test_another_user_is_not_found(annas: Host) -> None:
    assert (await annas.call("zoho_get_user_info", user_id=MIA)).is_error


async def test_the_details_of_an_account_show_what_hangs_on_it_and_how_much_there_is(annas: Host) -> None:
    details = await annas.content("zoho_get_account_details", account_id=NORTHWIND)

    assert details["account"]["name"] == "Northwind O'Neil"
    assert [deal["id"] for deal in details["open_deals"]] == [RENEWAL]
    assert {key: details[f"total_{key}"] for key in ("deals", "contacts", "activities", "notes")} == {
        "deals": 2,
        "contacts": 2,
        "activities": 6,
        "notes": 2,
    }


async def test_no_address_or_number_of_a_person_comes_out(annas: Host) -> None:
    for tool in ("zoho_get_account_details", "zoho_get_notes"):
        answer = said(await annas.call(tool, account_id=NORTHWIND))
        assert "Northwind" in answer or "discount" in answer
        assert "example.org" not in answer
        assert "1234567" not in answer
    assert "example.com" not in said(await annas.call("zoho_get_user_info"))


async def test_activities_come_newest_first_and_page_by_page(annas: Host) -> None:
    everything = await annas.ids("zoho_get_activities", account_id=NORTHWIND)
    first = await annas.content("zoho_get_activities", account_id=NORTHWIND, limit=4)
    rest = await annas.content("zoho_get_activities", account_id=NORTHWIND, limit=4, cursor=first["next_cursor"])

    assert everything[:2] == [known.UPCOMING, known.PLANNED_CALL]
    assert [one["id"] for one in (*first["items"], *rest["items"])] == everything
    assert rest["next_cursor"] is None


async def test_accounts_are_paged_to_the_last() -> None:
    events: list[CrmEvent] = known.accounts(7)
    async with bench(company(events)) as crm:
        client = Host(crm, Reach.of(ANNA))
        found, cursor = list[str](), None
        while True:
            page = await client.content("zoho_get_accounts", limit=3, **({"cursor": cursor} if cursor else {}))
            found += [account["id"] for account in page["items"]]
            if (cursor := page["next_cursor"]) is None:
                break
    assert found == [event.id for event in events]


async def test_every_tool_that_lists_takes_a_limit_and_a_cursor_and_says_where_to_go_on(annas: Host) -> None:
    lists = [tool for tool in await annas.list_tools() if "items" in (tool.output_schema or {}).get("properties", {})]

    assert {tool.name for tool in lists} == READS - {"zoho_get_account_details", "zoho_get_analytics"}
    assert [tool.name for tool in lists if not {"limit", "cursor"} <= set(tool.input_schema["properties"])] == []
    assert [tool.name for tool in lists if "next_cursor" not in (tool.output_schema or {})["properties"]] == []


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("zoho_search_accounts", {"name": "Account"}),
        ("zoho_get_user_info", {}),
        ("zoho_get_history", {"kind": "account", "record_id": NORTHWIND}),
    ],
)
async def test_pages_of_two_make_up_the_whole(tool: str, arguments: dict[str, Any]) -> None:
    renamed = [
        CrmEvent(
            at=known.START + timedelta(days=day),
            op="update",
            module="Accounts",
            id=NORTHWIND,
            user_id=ANNA,
            fields={"Account_Name": f"Account {day}"},
        )
        for day in range(1, 6)
    ]
    async with bench(company([*known.accounts(5), *renamed])) as crm:
        client = Host(crm, EVERYONE)
        whole = (await client.content(tool, **arguments))["items"]
        found, cursor = list[Any](), dict[str, str]()
        while True:
            page = await client.content(tool, **arguments, limit=2, **cursor)
            assert len(page["items"]) <= 2
            found += page["items"]
            if page["next_cursor"] is None:
                break
            cursor = {"cursor": page["next_cursor"]}

    assert found == whole
    assert len(whole) > 3


@pytest.mark.parametrize("cursor", ["made-up", "1"])
async def test_a_cursor_of_the_history_that_no_page_gave_says_to_start_over(annas: Host, cursor: str) -> None:
    result = await annas.call("zoho_get_history", kind="account", record_id=NORTHWIND, cursor=cursor)
    assert result.is_error
    assert said(result) == "This cursor does not belong to this record and limit, or it is too old; start over."


@pytest.mark.parametrize("arguments", [{"limit": 0}, {"limit": 201}, {"cursor": "' or id > '0"}, {"cursor": "-1"}])
async def test_a_page_that_cannot_be_is_refused(crm: Bench, annas: Host, arguments: dict[str, Any]) -> None:
    assert (await annas.call("zoho_get_accounts", **arguments)).is_error
    assert crm.sent("/coql") == []


async def test_history_tells_what_moved_on_a_record() -> None:
    at = known.START + timedelta(days=1)
    slipped = CrmEvent(
        at=at, op="update", module="Deals", id=RENEWAL, user_id=ANNA, fields={"Closing_Date": "2026-04-30"}
    )
    async with bench(company([*known.standard_events(), slipped])) as crm:
        client = Host(crm, Reach.of(ANNA))
        history = await client.content("zoho_get_history", kind="deal", record_id=RENEWAL)

    (entry,) = [entry for entry in history["items"] if entry["field"] == "Closing_Date"]
    assert (entry["before"], entry["after"], entry["by_user_id"]) == ("2026-03-31", "2026-04-30", ANNA)


@pytest.mark.parametrize("by", ["owner", "segment"])
async def test_figures_are_of_what_the_person_owns(crm: Bench, annas: Host, by: str) -> None:
    everybodys = await Host(crm, EVERYONE).content("zoho_get_analytics", by=by, days=365)
    own = await annas.content("zoho_get_analytics", by=by, days=365)

    for name in ("pipeline", "ageing"):
        assert 0 < sum(each["deals"] for each in own[name]) < sum(each["deals"] for each in everybodys[name])
    assert {each["owner_id"] for each in own["activity"]} == {ANNA}


async def test_a_crm_that_is_down_is_told_of_in_one_sentence(crm: Bench, annas: Host) -> None:
    crm.sandbox.faults.answer("*", "/crm/", status=503, times=9)
    result = await annas.call("zoho_get_accounts")
    assert result.is_error
    assert "Zoho is having problems" in said(result)

"""What a host is told when a call fails: a fault of the protocol, or one sentence that says what to do."""

from __future__ import annotations

from typing import Any

import pytest
from mcp import Client, MCPError
from mcp_types import INVALID_PARAMS

from integrations.mcp_servers.plain_errors import FAILED
from store.domain.access.rules import Reach
from store.domain.crm.accounts import Person
from tests.integrations.mcp_servers.host import PROPOSAL, Host, said
from tests.integrations.zoho.bench import Bench
from tests.integrations.zoho.company import ANNA, NORTHWIND


async def test_a_tool_that_does_not_exist_is_an_error_of_the_protocol(annas: Host) -> None:
    async with Client(annas.server) as client:
        with pytest.raises(MCPError) as refused:
            await client.call_tool("zoho_delete_account", {"account_id": NORTHWIND})
    assert refused.value.error.code == INVALID_PARAMS
    assert "tools/list" in refused.value.error.message


@pytest.mark.parametrize(
    ("tool", "arguments", "argument"),
    [
        ("zoho_get_notes", {"account_id": "0; drop"}, "account_id"),
        ("zoho_get_notes", {"account_id": NORTHWIND, "limit": 10_000}, "limit"),
        ("zoho_get_notes", {}, "account_id"),
        ("zoho_get_notes", {"account_id": NORTHWIND, "scope": ["everybody"]}, "scope"),
        ("zoho_get_history", {"kind": "contact", "record_id": NORTHWIND}, "kind"),
        ("zoho_create_task", {"proposal_id": PROPOSAL.upper()}, "proposal_id"),
    ],
)
async def test_an_argument_that_does_not_fit_is_named_in_one_sentence(
    annas: Host, tool: str, arguments: dict[str, Any], argument: str
) -> None:
    result = await annas.call(tool, **arguments)

    assert result.is_error
    assert said(result).startswith(f"The argument “{argument}” does not fit: ")
    assert said(result).endswith(". Look at the tool's schema.")
    assert "\n" not in said(result)
    assert "drop" not in said(result)


async def test_a_refusal_is_the_sentence_and_nothing_else(annas: Host) -> None:
    result = await annas.call("zoho_get_user_info", user_id="1")
    assert said(result) == "There is no such user among those you may see."


async def test_a_fault_of_ours_shows_nothing_of_itself(crm: Bench) -> None:
    class Broken:
        def __getattr__(self, name: str) -> Any:
            return getattr(crm.client, name)

        async def people(self) -> list[Person]:
            raise ValueError("sam@example.org")

    host = Host(crm, Reach.of(ANNA), reader=Broken())
    result = await host.call("zoho_get_user_info")
    assert result.is_error
    assert said(result) == FAILED

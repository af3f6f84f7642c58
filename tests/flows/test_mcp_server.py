"""The write tools for other MCP hosts, over the bot's own gate: only what a person approved, and once."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from mcp import Client
from mcp_types import CallToolResult

from integrations.mcp_servers.crm import build_crm_server
from store.domain.access.rules import Reach
from store.domain.gate.proposals import Proposal, State
from tests.flows.company import ACME, ANNA, BOB, BOREALIS, CEDAR
from tests.flows.stage import Stage
from tests.integrations.mcp_servers.host import said

TOOLS = {"zoho_create_task": ACME, "zoho_add_note": BOREALIS, "zoho_update_account": CEDAR}
each_tool = pytest.mark.parametrize("tool", TOOLS)


async def call(stage: Stage, tool: str, proposal: Proposal, *, scope: str = ANNA) -> CallToolResult:
    """A host that may see one owner's accounts calls a write tool."""
    reach = Reach.of(scope)
    execute = partial(stage.bot.gate.execute.of_kind, reach=reach)
    server = build_crm_server(reader=stage.bot.services.crm, execute=execute, reach=reach)
    arguments: dict[str, Any] = {"proposal_id": proposal.id}
    async with Client(server) as client:
        return await client.call_tool(tool, arguments)


async def approve(stage: Stage, proposal: Proposal) -> None:
    """Approved, and the bot's own write job has not come to it yet."""
    await stage.approved_elsewhere(proposal)


@each_tool
async def test_what_nobody_approved_is_refused(morning: Stage, tool: str) -> None:
    result = await call(morning, tool, await morning.reviewed(TOOLS[tool], kind=tool.removeprefix("zoho_")))

    assert result.is_error
    assert "pending" in said(result)
    assert morning.zoho.ledger == ()


@each_tool
async def test_what_was_approved_is_written_once(morning: Stage, tool: str) -> None:
    proposal = await morning.reviewed(TOOLS[tool], kind=tool.removeprefix("zoho_"))
    await approve(morning, proposal)
    first = await call(morning, tool, proposal)
    second = await call(morning, tool, proposal)

    assert not first.is_error, said(first)
    assert second.is_error
    assert "done" in said(second)
    assert len(morning.zoho.ledger) == 1


@each_tool
async def test_another_owners_proposal_does_not_exist_for_the_host(morning: Stage, tool: str) -> None:
    proposal = await morning.reviewed(TOOLS[tool], kind=tool.removeprefix("zoho_"))
    await approve(morning, proposal)
    result = await call(morning, tool, proposal, scope=BOB)

    assert result.is_error
    assert "There is no such proposal" in said(result)
    assert morning.zoho.ledger == ()


@each_tool
async def test_what_expired_is_refused(morning: Stage, tool: str) -> None:
    proposal = await morning.reviewed(TOOLS[tool], kind=tool.removeprefix("zoho_"))
    morning.clock.moment = proposal.expires_at
    await morning.sweep()
    result = await call(morning, tool, proposal)

    assert result.is_error
    assert await morning.state(proposal.id) is State.EXPIRED
    assert morning.zoho.ledger == ()


async def test_an_approval_of_one_kind_of_write_serves_no_other(morning: Stage) -> None:
    proposal = await morning.proposal(ACME)
    await approve(morning, proposal)
    result = await call(morning, "zoho_add_note", proposal)

    assert "is for create_task" in said(result)
    assert morning.zoho.ledger == ()

"""The competent character on the tools that our own servers offer, through the toolbox: every call is one that they take."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from anthropic import AsyncAnthropic
from mcp import Client
from mcp_types import CallToolResult, ListToolsResult

from agents.model.toolbox import Agent, Toolbox
from integrations.mcp_servers.crm import build_crm_server
from store.domain.access.rules import EVERYONE
from tests.flows.company import ACME, ANNA
from tests.integrations.mcp_servers.host import Gate
from tests.integrations.mcp_servers.memory_host import Host
from tests.integrations.mcp_servers.test_memory import CANARY
from tests.integrations.sandbox_claude.desk import work
from tests.integrations.zoho.bench import bench
from tests.integrations.zoho.company import NORTHWIND, RENEWAL, company


@dataclass
class Annas:
    """The memory as it is asked for Anna."""

    host: Host

    async def list_tools(self, *, cursor: str | None = None) -> ListToolsResult:
        return await self.host.client.list_tools(cursor=cursor)

    async def call_tool(self, name: str, arguments: dict[str, Any] | None = None) -> CallToolResult:
        return await self.host.call(name, ANNA, **(arguments or {}))


async def test_the_scout_tells_what_stands_in_the_crm(client: AsyncAnthropic) -> None:
    async with bench(company()) as crm:
        server = build_crm_server(reader=crm.client, execute=Gate(), reach=EVERYONE)
        async with Client(server, cache=None) as session:
            box = Toolbox(Agent.ZOHO_SCOUT, {"crm": session})
            done = await work(client, "Zoho Scout", {"account": {"id": NORTHWIND, "name": "Northwind"}}, box=box)

    assert done.failed == []
    assert len(done.used) == 3
    assert RENEWAL in {each["record_id"] for each in done.value["facts"]}
    assert {"stage", "amount", "closing_date"} <= {each["field"] for each in done.value["facts"]}


async def test_the_analyst_finds_what_was_promised(client: AsyncAnthropic, host: Host) -> None:
    box = Toolbox(Agent.MEMORY_ANALYST, {"memory": Annas(host)})
    done = await work(client, "Memory Analyst", {"account": {"id": ACME, "name": "Acme"}}, box=box)

    assert done.failed == []
    assert any(CANARY in each["text"] and each["cites"][0].startswith("note:") for each in done.value["promises"])
    assert done.value["events"]


async def test_the_companion_answers_from_the_memory(client: AsyncAnthropic, host: Host) -> None:
    box = Toolbox(Agent.MEMORY_ANALYST, {"memory": Annas(host)})
    data = {"thread": {"today": "2026-06-15", "cards": []}, "message": f"Who sends the {CANARY}?"}
    done = await work(client, "Thread Companion", data, box=box)

    assert done.failed == []
    assert CANARY in done.value["answer"]
    assert done.value["cites"]

"""An MCP host as the tests of the CRM tools play it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from mcp import Client
from mcp.server import MCPServer
from mcp_types import CallToolResult, TextContent
from mcp_types import Tool as McpTool

from bot.clock import SystemClock
from integrations.mcp_servers.crm import build_crm_server
from integrations.mcp_servers.desk import DeskLine, build_desk_server
from integrations.mcp_servers.memory import build_memory_server
from integrations.mcp_servers.plain_errors import PlainErrorServer
from integrations.mcp_servers.principals import Principals
from integrations.mcp_servers.scope import CrmReader
from integrations.memory.recall import Recall
from integrations.memory.service import Desk
from store.database import Database
from store.domain.access.rules import Reach
from store.domain.errors import NotFound, SergasError
from store.domain.gate.proposals import State
from tests.integrations.zoho.bench import Bench

PROPOSAL = "0123456789abcdef0123456789abcdef"


@dataclass(frozen=True)
class Outcome:
    state: State
    crm_id: str | None = None
    error: str | None = None


@dataclass
class Gate:
    """Stands for the flow behind the write tools: it notes what it is asked and answers as it is set to."""

    answer: Outcome | SergasError = field(default_factory=lambda: Outcome(State.DONE, crm_id="77"))
    asked: list[tuple[str, str]] = field(default_factory=list)

    async def __call__(self, proposal_id: str, kind: str) -> Outcome:
        self.asked.append((proposal_id, kind))
        if isinstance(self.answer, SergasError):
            raise self.answer
        return self.answer


@dataclass
class Host:
    """An MCP host with our server in its process; it connects anew for each call."""

    crm: Bench
    reach: Reach
    gate: Gate = field(default_factory=Gate)
    reader: CrmReader | None = None

    async def list_tools(self) -> list[McpTool]:
        async with Client(self.server) as client:
            return (await client.list_tools()).tools

    async def call(self, tool: str, **arguments: Any) -> CallToolResult:
        async with Client(self.server) as client:
            return await client.call_tool(tool, arguments)

    async def content(self, tool: str, **arguments: Any) -> dict[str, Any]:
        result = await self.call(tool, **arguments)
        assert not result.is_error, said(result)
        assert isinstance(result.structured_content, dict)
        return result.structured_content

    async def ids(self, tool: str, **arguments: Any) -> list[str]:
        return [item["id"] for item in (await self.content(tool, **arguments))["items"]]

    @cached_property
    def server(self) -> MCPServer:
        return build_crm_server(reader=self.reader or self.crm.client, execute=self.gate, reach=self.reach)


def said(result: CallToolResult) -> str:
    return " ".join(block.text for block in result.content if isinstance(block, TextContent))


def memory_server() -> PlainErrorServer:
    """The memory as it is served, over an empty place: for what it says of its tools."""
    database, clock = Database("sqlite+aiosqlite:////nowhere/sergas.db"), SystemClock()

    async def nothing(account_id: str) -> Any:
        raise NotFound(f"Nothing is held of {account_id}.")

    desk = Desk(database, Recall(None), index=lambda: None, forget=nothing, export=nothing)
    return build_memory_server(desk, principals=Principals(tenant="default", now=clock.now), now=clock.now)


class EmptyDesk:
    """Nothing to tell."""

    async def day(self, what: str, when: str) -> Sequence[DeskLine]:
        return []

    async def pipeline(self, what: str, when: str) -> Sequence[DeskLine]:
        return []

    async def decisions(self, when: str, *, of_team: bool) -> Sequence[DeskLine]:
        return []

    async def team(self) -> Sequence[DeskLine]:
        return []

    async def draft(self, account_id: str, kind: str) -> Sequence[DeskLine]:
        return []


def desk_server() -> PlainErrorServer:
    return build_desk_server(EmptyDesk())

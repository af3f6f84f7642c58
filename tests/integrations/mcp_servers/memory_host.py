"""The bot's side of a connection to the memory, over a stage that was read and remembered."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, cast

from mcp import Client
from mcp_types import CallToolResult, ListToolsResult, RequestParamsMeta, TextContent

from agents.flows.records.export_account import ExportAccount
from agents.flows.records.forget_account import ForgetAccount
from integrations.mcp_servers.memory import build_memory_server
from integrations.mcp_servers.principals import Principal, Principals, meta_for
from integrations.memory.recall import Index, Recall
from integrations.memory.service import Desk
from integrations.shared_client import SharedClient
from tests.flows.stage import Stage

KEY = "k" * 32


@dataclass
class Host:
    made: Stage
    client: Client
    recall: Recall

    async def call(self, tool: str, owner_id: str | None, **arguments: Any) -> CallToolResult:
        return await self.client.call_tool(tool, arguments, meta=self.meta(tool, owner_id))

    def meta(self, tool: str, owner_id: str | None, *, tenant: str = "default", key: str = KEY) -> RequestParamsMeta:
        principal = Principal(owner_id=owner_id)
        told = meta_for(principal, tool=tool, key=key, tenant=tenant, now=self.made.clock.now())
        return cast(RequestParamsMeta, told)

    async def answer(self, tool: str, owner_id: str | None, **arguments: Any) -> Mapping[str, Any]:
        result = await self.call(tool, owner_id, **arguments)
        assert not result.is_error, said(result)
        return result.structured_content or {}


@dataclass
class Session:
    """As the bot gives a memory to the toolbox of an agent: every call is for this owner."""

    host: Host
    owner_id: str | None

    async def list_tools(self, *, cursor: str | None = None) -> ListToolsResult:
        return await self.host.client.list_tools(cursor=cursor)

    async def call_tool(self, name: str, arguments: dict[str, Any] | None = None) -> CallToolResult:
        return await self.host.call(name, self.owner_id, **(arguments or {}))


def said(result: CallToolResult) -> str:
    return " ".join(block.text for block in result.content if isinstance(block, TextContent))


@asynccontextmanager
async def memory_host(made: Stage, index: Index | None = None) -> AsyncIterator[Host]:
    """The server in this process, without a process of its own; `index` answers by meaning."""
    database, clock = made.bot.services.database, made.clock
    forget, export = ForgetAccount(database, clock), ExportAccount(database, clock)

    async def forgotten(account_id: str) -> tuple[Mapping[str, int], bool]:
        report = await forget(account_id, by="operator")
        return report.rows, report.scrubbed

    async def exported(account_id: str) -> Mapping[str, Any]:
        return await export(account_id, by="operator")

    recall = Recall(index)
    desk = Desk(database, recall, index=lambda: None, forget=forgotten, export=exported)
    principals = Principals(tenant="default", now=clock.now, key=KEY)
    server = build_memory_server(desk, principals=principals, now=clock.now)
    held = SharedClient(lambda: Client(server, cache=None), broken=(Exception,))
    yield Host(made, await held.client, recall)
    await held.close()

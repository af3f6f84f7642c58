"""What our MCP servers have in common: a fixed set of tools, and the ways in which a tool may change something."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import version

from mcp.server.mcpserver.tools import Tool
from mcp_types import ToolAnnotations

from integrations.mcp_servers.plain_errors import PlainErrorServer

READS = ToolAnnotations(read_only_hint=True, open_world_hint=False)
ADDS = ToolAnnotations(read_only_hint=False, destructive_hint=False, idempotent_hint=True, open_world_hint=False)
CHANGES = ToolAnnotations(read_only_hint=False, destructive_hint=True, idempotent_hint=True, open_world_hint=False)


def tool_server(name: str, *, title: str, instructions: str, tools: Sequence[Tool]) -> PlainErrorServer:
    return PlainErrorServer(
        name,
        title=title,
        instructions=instructions,
        version=version("sergas-super-account-manager"),
        tools=list(tools),
        log_level="WARNING",
        subscriptions=False,  # the tools never change, so there is nothing to subscribe to
    )

"""What an MCP host is told when a call fails: one sentence that says what to do.

A call of a tool that does not exist is a fault of the protocol (-32602). Everything a model can mend by itself, wrong arguments
among it, is an answer marked as an error, as modelcontextprotocol.io/specification/2025-11-25/server/tools asks for.
"""

from __future__ import annotations

from typing import Any

from mcp.server import MCPServer
from mcp.server.mcpserver.context import Context
from mcp.server.mcpserver.exceptions import ToolError, UnexpectedToolError
from mcp.shared.exceptions import MCPError
from mcp_types import INVALID_PARAMS, CallToolResult, InputRequiredResult
from pydantic import ValidationError

from integrations.mcp_servers.pipes import standard_streams
from store.domain.text.redaction import clean

FAILED = "The tool failed by a fault of ours; the server's log has the reason. Go on without it."


class TellingServer(MCPServer[Any]):
    """The SDK's server, whose failures read as sentences instead of as “Error executing tool …” with a listing."""

    async def run_stdio_async(self) -> None:
        """Serve until the host closes the pipe."""
        server = self._lowlevel_server
        async with standard_streams() as (incoming, outgoing):
            await server.run(incoming, outgoing, server.create_initialization_options())

    async def call_tool(
        self, name: str, arguments: dict[str, Any], context: Context[Any, Any] | None = None
    ) -> CallToolResult | InputRequiredResult:
        """Raises: MCPError for an unknown tool; ToolError with one sentence for whatever else fails."""
        if name not in {tool.name for tool in await self.list_tools()}:
            raise MCPError(INVALID_PARAMS, "There is no tool of this name; tools/list names those there are.")
        try:
            return await super().call_tool(name, arguments, context)
        except UnexpectedToolError as exc:
            raise UnexpectedToolError(FAILED) from exc
        except ToolError as exc:
            raise ToolError(_sentence(exc.__cause__ or exc)) from exc


def _sentence(cause: BaseException) -> str:
    if not isinstance(cause, ValidationError):
        return str(cause)
    first = cause.errors(include_url=False, include_input=False)[0]
    where = ".".join(str(part) for part in first["loc"]) or "arguments"
    return (
        f"The argument “{clean(where, limit=60)}” does not fit: {first['msg'].rstrip('.')}. Look at the tool's schema."
    )

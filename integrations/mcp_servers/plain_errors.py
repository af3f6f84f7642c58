"""An MCP server that answers a failed call with one sentence on what to do.

Calling an unknown tool is a protocol error (-32602). Everything a model can fix itself, including wrong arguments, is an
answer marked as an error, as modelcontextprotocol.io/specification/2025-11-25/server/tools requires.
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

FAILED = "The tool failed through a fault of ours; the server's log has the reason. Continue without it."


class PlainErrorServer(MCPServer[Any]):
    """The SDK's server, but failures read as sentences instead of “Error executing tool …” with a listing."""

    async def run_stdio_async(self) -> None:
        """Serve until the host closes the pipe."""
        server = self._lowlevel_server
        async with standard_streams() as (incoming, outgoing):
            await server.run(incoming, outgoing, server.create_initialization_options())

    async def call_tool(
        self, name: str, arguments: dict[str, Any], context: Context[Any, Any] | None = None
    ) -> CallToolResult | InputRequiredResult:
        """Raises: MCPError for an unknown tool; ToolError with one sentence for any other failure."""
        if name not in {tool.name for tool in await self.list_tools()}:
            raise MCPError(INVALID_PARAMS, "There is no tool with this name; tools/list names the available ones.")
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

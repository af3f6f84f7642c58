"""The hosted server on this machine: streamable HTTP at `/mcp/<key>/message`, in front of the sandbox CRM.

It signs in to the sandbox CRM like any client, so it meets that one's faults and allowances too. Its tools may drift like
the real ones: renamed, changed, gone, or joined by another with the same schema.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import replace
from typing import Any

import httpx
from jsonschema import Draft202012Validator
from mcp.server import Server, ServerRequestContext
from mcp.server.transport_security import TransportSecuritySettings
from mcp.shared.exceptions import MCPError
from mcp_types import (
    INVALID_PARAMS,
    CallToolRequestParams,
    CallToolResult,
    ListToolsResult,
    PaginatedRequestParams,
    TextContent,
    Tool,
)
from starlette.types import ASGIApp

from integrations.mcp_servers.asgi_server import serving
from integrations.sandbox.zoho import ZohoSandbox
from integrations.sandbox.zoho_mcp.tools import TOOLS, RestTool

_PAGE = 8  # tools per answer of tools/list
_API = "/crm/v8"


class HostedZohoSandbox:
    """Serves a started sandbox CRM. `names` renames tools; `called` lists the tools used, in order."""

    def __init__(self, zoho: ZohoSandbox, *, names: Mapping[str, str] | None = None) -> None:
        self._zoho = zoho
        self._tools = {tool.name: tool for tool in TOOLS}
        self._notes: dict[str, str] = {}
        self._key = secrets.token_hex(32)
        self._token: str | None = None
        self._stack = AsyncExitStack()
        self.called: list[str] = []
        self.url = ""
        for old, new in (names or {}).items():
            self.rename(old, new)

    def __repr__(self) -> str:
        return "HostedZohoSandbox(‹secret›)"

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> None:
        """Listen; port 0 takes a free one. Raises: BadInput if the port is taken."""
        self._http = await self._stack.enter_async_context(httpx.AsyncClient(timeout=60, trust_env=False))
        address = await self._stack.enter_async_context(serving(self._app, host=host, port=port))
        self.url = f"{address}{self._path}"

    async def stop(self) -> None:
        await self._stack.aclose()

    def rename(self, old: str, new: str) -> None:
        self._tools[new] = replace(self._tools.pop(old), name=new)

    def reword(self, name: str, description: str) -> None:
        self._tools[name] = replace(self._tools[name], description=description)

    def reshape(self, name: str, parameter: str) -> None:
        """Give the tool one more query parameter."""
        tool = self._tools[name]
        self._tools[name] = replace(tool, query={**tool.query, parameter: {"type": "string"}})

    def withdraw(self, name: str) -> None:
        del self._tools[name]

    def imitate(self, name: str, another: str) -> None:
        """Add a second tool with the schema of the first."""
        self._tools[another] = replace(self._tools[name], name=another)

    @property
    def _path(self) -> str:
        return f"/mcp/{self._key}/message"

    def _app(self, port: int) -> ASGIApp:
        server = Server("zoho-hosted", version="1", on_list_tools=self._list, on_call_tool=self._call)
        hosts = [f"127.0.0.1:{port}", f"localhost:{port}"]
        return server.streamable_http_app(
            streamable_http_path=self._path,
            json_response=True,
            transport_security=TransportSecuritySettings(allowed_hosts=hosts, allowed_origins=[]),
        )

    async def _list(self, _: ServerRequestContext[Any, Any], params: PaginatedRequestParams | None) -> ListToolsResult:
        start = int((params and params.cursor) or 0)
        tools: list[Tool] = [tool.told() for tool in self._tools.values()]
        end = start + _PAGE
        return ListToolsResult(tools=tools[start:end], next_cursor=str(end) if end < len(tools) else None)

    async def _call(self, _: ServerRequestContext[Any, Any], params: CallToolRequestParams) -> CallToolResult:
        tool, arguments = self._tools.get(params.name), params.arguments or {}
        if tool is None:
            raise MCPError(INVALID_PARAMS, "Unknown tool")
        self.called.append(tool.name)
        problem = next(Draft202012Validator(tool.told().input_schema).iter_errors(arguments), None)
        if problem is not None:
            return _text(f"Invalid arguments at {problem.json_path}", failed=True)
        response = await self._send(tool, arguments)
        return _text(response.text, failed=response.status_code >= 400)

    async def _send(self, tool: RestTool, arguments: Mapping[str, Any]) -> httpx.Response:
        """Send the call's request, signing in again if the token has ended."""
        response = await self._attempt(tool, arguments)
        if response.status_code == 401 and response.json().get("code") == "INVALID_TOKEN":
            self._token = None
            response = await self._attempt(tool, arguments)
        return response

    async def _attempt(self, tool: RestTool, arguments: Mapping[str, Any]) -> httpx.Response:
        self._token = self._token or await self._sign_in()
        return await self._http.request(
            tool.method,
            self._zoho.url + _API + tool.path.format(**arguments.get("path_variables", {})),
            params={_rest_name(name): value for name, value in arguments.get("query_params", {}).items()},
            headers={**arguments.get("headers", {}), "Authorization": f"Zoho-oauthtoken {self._token}"},
            json=arguments.get("body"),
        )

    async def _sign_in(self) -> str:
        known = self._zoho.credentials
        form = {
            "grant_type": "refresh_token",
            "client_id": known.client_id,
            "client_secret": known.client_secret,
            "refresh_token": known.refresh_token,
        }
        answer = await self._http.post(f"{self._zoho.url}/oauth/v2/token", data=form)
        return str(answer.json().get("access_token", ""))


def _rest_name(parameter: str) -> str:
    return "per_page" if parameter == "perPage" else parameter


def _text(text: str, *, failed: bool) -> CallToolResult:
    return CallToolResult(content=[TextContent(text=text)], is_error=failed)

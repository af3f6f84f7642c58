"""A connection to a hosted server: made at the first call, kept by a task of its own, and remade after it breaks."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

import httpx2
import structlog
from mcp import Client, MCPError
from mcp.client.streamable_http import streamable_http_client
from mcp_types import INVALID_PARAMS, REQUEST_TIMEOUT, CallToolResult, Tool
from pydantic import ValidationError

from integrations.shared_client import SharedClient
from integrations.zoho.errors import unexpected
from integrations.zoho_mcp.address import SHOWN, HiddenAddress
from store.domain.errors import CrmAuth, CrmError, CrmUnavailable

log = structlog.get_logger()

FRESH_FOR = 60.0  # seconds before the list of tools is read again
_PAGES = 20
_ANSWER_LIMIT = 32 * 2**20  # bytes; 2,000 rows of COQL take some 2 MB
# Exceptions of a lost or refused connection, alone or as a group: the SDK runs each connection in a task group.
_BROKEN = (MCPError, httpx2.HTTPError, OSError, RuntimeError, ValidationError, ExceptionGroup)


class HostedSession:
    """`timeout`, in seconds, bounds every call. The address never shows in repr, logs or errors."""

    def __init__(
        self,
        url: str,
        *,
        timeout: float,
        now: Callable[[], float] = time.monotonic,
        wire: httpx2.AsyncBaseTransport | None = None,
    ) -> None:
        self._address = HiddenAddress(url, wire=wire)
        self._timeout = timeout
        self._now = now
        self._held: SharedClient | None = None
        self._listed: tuple[SharedClient, float, tuple[Tool, ...]] | None = None
        self._connecting = asyncio.Lock()

    async def tools(self) -> tuple[Tool, ...]:
        """Return the server's tools as it listed them on this connection, at most `FRESH_FOR` ago. Raises: CrmError."""
        held = await self._connected()
        if self._listed and self._listed[0] is held and self._now() - self._listed[1] < FRESH_FOR:
            return self._listed[2]
        try:
            tools = await _all_tools(held.client.result())
        except _BROKEN as exc:
            raise await self._lost(held, exc) from exc
        self._listed = (held, self._now(), tools)
        return tools

    async def call(self, name: str, arguments: dict[str, Any]) -> CallToolResult:
        """Call a tool. Raises: CrmUnavailable, CrmAuth, CrmRefused."""
        held = await self._connected()
        try:
            return await held.client.result().call_tool(name, arguments)
        except _BROKEN as exc:
            raise await self._lost(held, exc) from exc

    async def close(self) -> None:
        await self._let_go()
        await self._address.aclose()

    async def _let_go(self) -> None:
        held, self._held = self._held, None
        if held is not None:
            await held.close()

    async def _connected(self) -> SharedClient:
        async with self._connecting:
            if self._held is None or not self._held.alive:
                self._held = SharedClient(self._client, broken=_BROKEN)
            held = self._held
        try:
            async with asyncio.timeout(self._timeout):
                await asyncio.shield(held.client)
        except (*_BROKEN, TimeoutError) as exc:
            raise await self._lost(held, exc) from exc
        return held

    async def _lost(self, held: SharedClient, exc: BaseException) -> CrmError:
        """Turn a failed call into an error; drop the connection unless it is clearly alive."""
        code = exc.error.code if isinstance(exc, MCPError) else None
        if code == INVALID_PARAMS:
            return unexpected("the hosted server does not take the arguments of its own tool")
        if code != REQUEST_TIMEOUT and self._held is held:
            await self._let_go()
        log.info("zoho_mcp.lost", problem=type(exc).__name__, code=code)
        if self._address.turned_away:
            return CrmAuth(
                "Zoho's hosted MCP server no longer accepts this address; copy the current one from Zoho's MCP "
                "console into SERGAS_ZOHO_MCP_URL."
            )
        return CrmUnavailable("Zoho's hosted MCP server cannot be reached; try again later.")

    def _client(self) -> Client:
        http = httpx2.AsyncClient(
            transport=_Kept(self._address), timeout=httpx2.Timeout(self._timeout), trust_env=False
        )
        wire = streamable_http_client(SHOWN, http_client=http, max_sse_event_size=_ANSWER_LIMIT)
        return Client(wire, read_timeout_seconds=self._timeout, cache=None)


class _Kept(httpx2.AsyncBaseTransport):
    """The address outlives its connections."""

    def __init__(self, address: HiddenAddress) -> None:
        self._address = address

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        return await self._address.handle_async_request(request)


async def _all_tools(client: Client) -> tuple[Tool, ...]:
    tools: list[Tool] = []
    cursor: str | None = None
    for _ in range(_PAGES):
        page = await client.list_tools(cursor=cursor)
        tools.extend(page.tools)
        cursor = page.next_cursor
        if cursor is None:
            return tuple(tools)
    raise unexpected("the hosted server does not come to the end of its tools")

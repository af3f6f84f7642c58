"""Client for the memory process: a child process over stdio, or a server over HTTP.

Nothing here imports Cognee. A call never waits longer than `timeout`; when the memory is down, it fails with one sentence
and the next call reconnects after a growing pause.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import sys
import time
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any, TypeVar, cast

import httpx2
import structlog
from mcp import Client, MCPError
from mcp.client.stdio import StdioServerParameters, stdio_client
from mcp.client.streamable_http import streamable_http_client
from mcp_types import CallToolResult, ListToolsResult, RequestParamsMeta, TextContent
from pydantic import TypeAdapter, ValidationError

from integrations.mcp_servers.principals import Principal, meta_for
from integrations.shared_client import SharedClient
from store.domain.errors import BadInput, MemoryUnavailable
from store.domain.memory.insight import AccountInsight
from store.retry import MEMORY

log = structlog.get_logger(__name__)

_BROKEN = (MCPError, httpx2.HTTPError, OSError, RuntimeError, ValidationError, ExceptionGroup)
_INHERITED = frozenset(
    {"PATH", "HOME", "LANG", "TZ", "TMPDIR", "PYTHONPATH", "VIRTUAL_ENV", "SSL_CERT_FILE", "SSL_CERT_DIR"}
)
DOWN = "The memory is not available right now."
Connect = Callable[[], Client]
T = TypeVar("T")
_INSIGHT = TypeAdapter(AccountInsight)


class MemoryClient:
    """`key` signs each call's owner, at this machine's time `now`; `present` is the bot's clock. A call takes at most
    `timeout` seconds."""

    def __init__(
        self,
        connect: Connect,
        *,
        key: str,
        tenant: str,
        timeout: float,
        now: Callable[[], datetime],
        present: Callable[[], datetime] | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._connect = connect
        self._key = key
        self._tenant = tenant
        self._timeout = timeout
        self._now = now
        self._present = present
        self._monotonic = monotonic
        self._held: SharedClient | None = None
        self._strikes = 0
        self._not_before = 0.0

    async def call(self, tool: str, arguments: Mapping[str, Any], *, owner_id: str | None) -> dict[str, Any]:
        """Return a tool's structured answer for this owner; None means an operator.

        Raises: MemoryUnavailable; BadInput with the server's own sentence if it refuses.
        """
        result = await self.answer(tool, arguments, owner_id=owner_id)
        if result.is_error:
            raise BadInput(_sentence(result))
        return result.structured_content or {}

    async def answer(self, tool: str, arguments: Mapping[str, Any], *, owner_id: str | None) -> CallToolResult:
        """Return a tool's answer for this owner, refusals included. Raises: MemoryUnavailable."""
        principal = Principal(owner_id=owner_id, at=self._present() if self._present else None)
        meta = cast(
            RequestParamsMeta, meta_for(principal, tool=tool, key=self._key, tenant=self._tenant, now=self._now())
        )
        return await self._asked(lambda client: client.call_tool(tool, dict(arguments), meta=meta))

    async def tools(self, *, cursor: str | None = None) -> ListToolsResult:
        """Return one page of the memory's tools. Raises: MemoryUnavailable."""
        return await self._asked(lambda client: client.list_tools(cursor=cursor))

    async def _asked(self, ask: Callable[[Client], Awaitable[T]]) -> T:
        try:
            async with asyncio.timeout(self._timeout):
                answer = await ask(await self._connected())
        except (*_BROKEN, TimeoutError) as exc:
            raise await self._lost(exc) from exc
        self._strikes = 0
        return answer

    async def insight(self, account_id: str, *, owner_id: str) -> AccountInsight:
        """Return the insight into one of this owner's accounts. Raises: MemoryUnavailable, BadInput."""
        told = await self.call("cognee_aggregate_insights", {"account_id": account_id}, owner_id=owner_id)
        try:
            return _INSIGHT.validate_python(told.get("account"))
        except ValidationError as exc:
            raise MemoryUnavailable(DOWN) from exc

    async def close(self) -> None:
        held, self._held = self._held, None
        if held is not None:
            await held.close()

    async def _connected(self) -> Client:
        if self._held is not None and not self._held.alive:
            await self.close()
        if self._held is None:
            if self._monotonic() < self._not_before:
                raise ConnectionError(DOWN)
            self._held = SharedClient(self._connect, broken=_BROKEN)
        return await asyncio.shield(self._held.client)

    async def _lost(self, exc: BaseException) -> MemoryUnavailable:
        """Keep a connection that is still being made after a timeout; drop it after any other failure."""
        starting = self._held is not None and self._held.alive and not self._held.client.done()
        if not (isinstance(exc, TimeoutError) and starting) and self._held is not None:
            self._strikes += 1
            self._not_before = self._monotonic() + MEMORY.after(self._strikes)
            await self.close()
        log.info("memory.unavailable", problem=type(exc).__name__, starting=starting)
        return MemoryUnavailable(DOWN)


class OwnersMemory:
    """The memory as one owner's tools: every call is signed for that owner, regardless of its arguments."""

    def __init__(self, client: MemoryClient, owner_id: str) -> None:
        self._client = client
        self._owner_id = owner_id

    async def list_tools(self, *, cursor: str | None = None) -> ListToolsResult:
        """Raises: ConnectionError if the memory is down."""
        try:
            return await self._client.tools(cursor=cursor)
        except MemoryUnavailable as exc:
            raise ConnectionError(str(exc)) from exc

    async def call_tool(self, name: str, arguments: dict[str, Any] | None = None) -> CallToolResult:
        """Raises: ConnectionError if the memory is down."""
        try:
            return await self._client.answer(name, arguments or {}, owner_id=self._owner_id)
        except MemoryUnavailable as exc:
            raise ConnectionError(str(exc)) from exc


def own_process(environment: Mapping[str, str]) -> tuple[Connect, str]:
    """Return a function that starts the memory as our own child process, and the key it shares with us alone.

    The process gets only `environment` of our settings and reads no `.env`; beyond that it inherits the usual variables.
    """
    key = secrets.token_hex(32)
    inherited = {name: value for name, value in os.environ.items() if name in _INHERITED or name.startswith("LC_")}
    told = {**inherited, **environment, "SERGAS_MEMORY_TOKEN": key}
    parameters = StdioServerParameters(command=sys.executable, args=["-m", "bot", "memory", "--no-env-file"], env=told)
    return (lambda: Client(stdio_client(parameters), cache=None)), key


def over_http(url: str, *, token: str, timeout: float) -> tuple[Connect, str]:
    """Return a function that connects to a memory over HTTP, and the key: the token both admits and signs."""

    def connect() -> Client:
        http = httpx2.AsyncClient(
            headers={"Authorization": f"Bearer {token}"}, timeout=httpx2.Timeout(timeout), trust_env=False
        )
        return Client(streamable_http_client(url, http_client=http), cache=None)

    return connect, token


def _sentence(result: CallToolResult) -> str:
    return " ".join(block.text for block in result.content if isinstance(block, TextContent)) or DOWN

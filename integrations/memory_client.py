"""The way to a memory from other processes: one that is started beside us, or one that serves HTTP.

Nothing here imports Cognee. A memory that is down is told in one sentence and never waited for longer than `timeout`; it is
started or connected anew at the next call, after a pause that grows.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import sys
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, cast

import httpx2
import structlog
from mcp import Client, MCPError
from mcp.client.stdio import StdioServerParameters, stdio_client
from mcp.client.streamable_http import streamable_http_client
from mcp_types import CallToolResult, RequestParamsMeta, TextContent
from pydantic import ValidationError

from integrations.held_client import HeldClient
from integrations.mcp_servers.callers import Caller, meta_for
from store.domain.errors import BadInput, MemoryUnavailable

log = structlog.get_logger(__name__)

_BROKEN = (MCPError, httpx2.HTTPError, OSError, RuntimeError, ValidationError, ExceptionGroup)
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0  # seconds between two attempts to reach one that is down
DOWN = "What is remembered cannot be asked just now."
Connect = Callable[[], Client]


class MemoryClient:
    """`key` signs for whom a call is made; `timeout`, in seconds, bounds it."""

    def __init__(
        self,
        connect: Connect,
        *,
        key: str,
        tenant: str,
        timeout: float,
        now: Callable[[], datetime],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._connect = connect
        self._key = key
        self._tenant = tenant
        self._timeout = timeout
        self._now = now
        self._monotonic = monotonic
        self._held: HeldClient | None = None
        self._strikes = 0
        self._not_before = 0.0

    async def call(self, tool: str, arguments: Mapping[str, Any], *, owner_id: str | None) -> dict[str, Any]:
        """The structured answer of a tool, for this owner; None is an operator.

        Raises: MemoryUnavailable; BadInput with the server's own sentence where it refuses.
        """
        meta = meta_for(Caller(owner_id=owner_id), tool=tool, key=self._key, tenant=self._tenant, now=self._now())
        try:
            async with asyncio.timeout(self._timeout):
                client = await self._connected()
                result = await client.call_tool(tool, dict(arguments), meta=cast(RequestParamsMeta, meta))
        except (*_BROKEN, TimeoutError) as exc:
            raise await self._lost(exc) from exc
        self._strikes = 0
        if result.is_error:
            raise BadInput(_sentence(result))
        return result.structured_content or {}

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
            self._held = HeldClient(self._connect, broken=_BROKEN)
        return await asyncio.shield(self._held.client)

    async def _lost(self, exc: BaseException) -> MemoryUnavailable:
        """A call that took too long leaves a connection that is still being made; any other failure gives it up."""
        starting = self._held is not None and self._held.alive and not self._held.client.done()
        if not (isinstance(exc, TimeoutError) and starting) and self._held is not None:
            self._strikes += 1
            self._not_before = self._monotonic() + min(FIRST_PAUSE * 2 ** (self._strikes - 1), LONGEST_PAUSE)
            await self.close()
        log.info("memory.unavailable", problem=type(exc).__name__, starting=starting)
        return MemoryUnavailable(DOWN)


def own_process(environment: Mapping[str, str]) -> tuple[Connect, str]:
    """How to start the memory as a process of our own, and the key that only it and we know. `environment` is added to ours."""
    key = secrets.token_hex(32)
    told = {**os.environ, **environment, "SERGAS_MEMORY_TOKEN": key}
    parameters = StdioServerParameters(command=sys.executable, args=["-m", "bot", "memory"], env=told)
    return (lambda: Client(stdio_client(parameters), cache=None)), key


def over_http(url: str, *, token: str, timeout: float) -> tuple[Connect, str]:
    """How to reach a memory that serves HTTP; the token lets in, and signs as well."""

    def connect() -> Client:
        http = httpx2.AsyncClient(
            headers={"Authorization": f"Bearer {token}"}, timeout=httpx2.Timeout(timeout), trust_env=False
        )
        return Client(streamable_http_client(url, http_client=http), cache=None)

    return connect, token


def _sentence(result: CallToolResult) -> str:
    return " ".join(block.text for block in result.content if isinstance(block, TextContent)) or DOWN

"""Each HTTP server of ours, alone in a process, with what an honest client asks of it and what a hostile one gets furthest with."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from urllib.parse import urlsplit

from mcp.server import MCPServer
from starlette.types import ASGIApp

from bot.clock import SystemClock
from bot.inbound.zoho_changes import ChangesHeard, Channel
from bot.telemetry import configure_logging
from integrations.mcp_servers.asgi_server import serving
from integrations.mcp_servers.http import PATH, http_app, loopback_names
from integrations.sandbox.claude import ClaudeSandbox
from integrations.sandbox.slack import SlackSandbox
from integrations.sandbox.slack.rates import Rates
from integrations.sandbox.zoho import ZohoSandbox
from store.domain.access.rules import Reach
from tests.bench.company import company_of
from tests.bot.conftest import USERS
from tests.bot.door import form, opened, press, sign
from tests.integrations.mcp_servers.host import Host, memory_server
from tests.integrations.zoho.bench import bench
from tests.integrations.zoho.company import ANNA, company

TOKEN = "0123456789abcdef0123456789abcdef"
CHANNEL = Channel(url="https://bot.example.com/zoho/changes", secret="client-secret")
_LIST = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/list"}).encode()
_MCP = {
    "Authorization": f"Bearer {TOKEN}",
    "Accept": "application/json, text/event-stream",
    "Content-Type": "application/json",
    "MCP-Protocol-Version": "2025-11-25",
}


def request(
    path: str, headers: Mapping[str, str], body: bytes = b"", *, method: str = "POST", length: int = -1
) -> bytes:
    """A request as bytes; `length` is claimed in place of the body's own."""
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost", *(f"{name}: {value}" for name, value in headers.items())]
    lines += [f"Content-Length: {len(body) if length < 0 else length}"] if method == "POST" else []
    return "\r\n".join([*lines, "", ""]).encode() + body


@dataclass(frozen=True, slots=True)
class Server:
    """`honest` makes a request that is answered with 200. `opening` makes the head of one without credentials that claims a body
    of so many bytes."""

    start: Callable[[], AbstractAsyncContextManager[int]]
    honest: Callable[[], bytes]
    opening: Callable[[int], bytes]


def _signed_press() -> bytes:
    body = form(press())
    return request("/slack/events", sign(body), body)


def _forged(length: int) -> bytes:
    return request("/slack/events", sign(b"another body"), length=length)


@asynccontextmanager
async def _bot() -> AsyncIterator[int]:
    async with opened(changes=ChangesHeard(CHANNEL, lambda _: None)) as door:
        yield door.address[1]


@asynccontextmanager
async def _crm() -> AsyncIterator[int]:
    async with bench(company()) as crm, _served(Host(crm, Reach.of(ANNA)).server) as port:
        yield port


@asynccontextmanager
async def _memory() -> AsyncIterator[int]:
    async with _served(memory_server()) as port:
        yield port


@asynccontextmanager
async def _served(server: MCPServer) -> AsyncIterator[int]:
    def build(port: int) -> ASGIApp:
        return http_app(server, token=TOKEN, names=["localhost", *loopback_names(port)])

    async with serving(build, host="127.0.0.1", port=0) as url:
        yield urlsplit(url).port or 0


@asynccontextmanager
async def _slack() -> AsyncIterator[int]:
    sandbox = await SlackSandbox(users=USERS, clock=SystemClock().now, rates=Rates.of_a_simulation()).start()
    yield urlsplit(sandbox.url).port or 0
    await sandbox.stop()


@asynccontextmanager
async def _zoho() -> AsyncIterator[int]:
    sandbox = ZohoSandbox(company_of(owners=2, accounts=20), clock=SystemClock().now)
    await sandbox.start()
    yield urlsplit(sandbox.url).port or 0
    await sandbox.stop()


@asynccontextmanager
async def _claude() -> AsyncIterator[int]:
    sandbox = await ClaudeSandbox(clock=SystemClock().now).start()
    yield urlsplit(sandbox.url).port or 0
    await sandbox.stop()


def _asks(path: str, **headers: str) -> Callable[[], bytes]:
    return lambda: request(path, headers, method="GET")


def _opens(path: str, **headers: str) -> Callable[[int], bytes]:
    return lambda length: request(path, {"Content-Type": "application/json", **headers}, length=length)


def _mcp(start: Callable[[], AbstractAsyncContextManager[int]]) -> Server:
    return Server(start, lambda: request(PATH, _MCP, _LIST), _opens(PATH))


_KEY = {"x-api-key": "sk-ant-sandbox", "anthropic-version": "2023-06-01"}
SERVERS: dict[str, Server] = {
    "slack's requests": Server(_bot, _signed_press, _forged),
    "zoho's changes": Server(_bot, _signed_press, _opens("/zoho/changes")),
    "mcp crm": _mcp(_crm),
    "memory": _mcp(_memory),
    "sandbox slack": Server(_slack, _asks("/_sandbox/users"), _opens("/_sandbox/message")),
    "sandbox zoho": Server(
        _zoho, _asks("/oauth/v2/auth?redirect_uri=http://localhost&state=1"), _opens("/oauth/v2/token")
    ),
    "sandbox claude": Server(_claude, _asks("/v1/models", **_KEY), _opens("/v1/messages")),
}


def run(name: str, pipe: Connection) -> None:
    """A process's whole life: sends its port, and ends when anything comes back."""
    configure_logging(level="CRITICAL")

    async def serve() -> None:
        async with SERVERS[name].start() as port:
            pipe.send(port)
            await asyncio.to_thread(pipe.recv)

    asyncio.run(serve())

"""Our server on streamable HTTP, over a real socket: who comes in, by which names, and how much is read."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import httpx2
import pytest
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from mcp_types import CallToolResult

from integrations.mcp_servers.asgi_server import serving
from integrations.mcp_servers.http import BODY_LIMIT, PATH, http_app, loopback_names
from store.domain.errors import BadInput
from tests.integrations.mcp_servers.host import Host, said
from tests.integrations.zoho.bench import Bench
from tests.integrations.zoho.company import HARBOUR, NORTHWIND

TOKEN = "0123456789abcdef0123456789abcdef"
LISTED = "crm.example.com:8443"
HEADERS = {
    "Authorization": f"Bearer {TOKEN}",
    "Accept": "application/json, text/event-stream",
    "Content-Type": "application/json",
    "MCP-Protocol-Version": "2025-11-25",
}
LIST = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}


@asynccontextmanager
async def served(host: Host) -> AsyncIterator[str]:
    def build(port: int) -> Any:
        return http_app(host.server, token=TOKEN, names=[*loopback_names(port), LISTED])

    async with serving(build, host="127.0.0.1", port=0) as url:
        yield url + PATH


@pytest.fixture
async def url(annas: Host) -> AsyncIterator[str]:
    async with served(annas) as address:
        yield address


async def post(url: str, body: object = LIST, **headers: str | None) -> httpx.Response:
    """A request as an MCP host makes it, but for these headers; one that is None is left out."""
    given = HEADERS | {name.replace("_", "-"): value for name, value in headers.items()}
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    async with httpx.AsyncClient(trust_env=False) as http:
        return await http.post(url, content=content, headers={n: v for n, v in given.items() if v is not None})


async def call(url: str, tool: str, mode: str = "auto", **arguments: Any) -> CallToolResult:
    async with (
        httpx2.AsyncClient(headers={"Authorization": f"Bearer {TOKEN}"}, trust_env=False) as http,
        Client(streamable_http_client(url, http_client=http), mode=mode, cache=None) as client,
    ):
        return await client.call_tool(tool, arguments)


def tools_in(response: httpx.Response) -> list[str]:
    (line,) = [line for line in response.text.splitlines() if line.startswith("data: {")]
    return [tool["name"] for tool in json.loads(line.removeprefix("data: "))["result"]["tools"]]


@pytest.mark.parametrize("mode", ["auto", "legacy"])
async def test_a_host_with_the_token_reads_over_http_as_over_a_pipe(url: str, annas: Host, mode: str) -> None:
    result = await call(url, "zoho_get_deals", mode, account_id=NORTHWIND)

    assert result.structured_content == await annas.content("zoho_get_deals", account_id=NORTHWIND)


async def test_the_scope_of_the_server_holds_over_http(url: str) -> None:
    result = await call(url, "zoho_get_deals", account_id=HARBOUR)
    assert result.is_error
    assert "There is no such account" in said(result)


@pytest.mark.parametrize(
    ("authorization", "challenge"),
    [
        (None, 'Bearer realm="sergas"'),
        ("", 'Bearer realm="sergas", error="invalid_token"'),
        ("Bearer", 'Bearer realm="sergas", error="invalid_token"'),
        (f"Bearer {TOKEN}x", 'Bearer realm="sergas", error="invalid_token"'),
        (f"Bearer {TOKEN[:-1]}", 'Bearer realm="sergas", error="invalid_token"'),
        (f"Basic {TOKEN}", 'Bearer realm="sergas", error="invalid_token"'),
        (TOKEN, 'Bearer realm="sergas", error="invalid_token"'),
    ],
)
async def test_without_the_token_nothing_is_answered(
    url: str, crm: Bench, authorization: str | None, challenge: str
) -> None:
    response = await post(url, {"jsonrpc": "2.0", "id": 1, "method": "tools/call"}, Authorization=authorization)

    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"] == challenge
    assert TOKEN not in response.text
    assert crm.requests == []


async def test_two_tokens_in_one_request_are_none(url: str) -> None:
    headers = [*((n, v) for n, v in HEADERS.items()), ("Authorization", "Bearer other")]
    async with httpx.AsyncClient(trust_env=False) as http:
        assert (await http.post(url, json=LIST, headers=headers)).status_code == 401


@pytest.mark.parametrize("path", ["/", "/mcp/", "/other", "/.well-known/oauth-protected-resource"])
async def test_no_path_answers_without_the_token(url: str, path: str) -> None:
    async with httpx.AsyncClient(trust_env=False) as http:
        assert (await http.get(httpx.URL(url).join(path))).status_code == 401


@pytest.mark.parametrize("version", ["2025-06-18", "2025-11-25"])
async def test_every_request_stands_by_itself(url: str, version: str) -> None:
    first = await post(url, MCP_Protocol_Version=version)
    second = await post(url, MCP_Protocol_Version=version)

    assert "Mcp-Session-Id" not in first.headers
    assert tools_in(first) == tools_in(second) != []


@pytest.mark.parametrize("host", [LISTED, "localhost:{port}", "[::1]:{port}"])
async def test_the_names_it_has_are_answered_to(url: str, host: str) -> None:
    assert (await post(url, Host=host.format(port=httpx.URL(url).port))).status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example.com", "crm.example.com", "crm.example.com:1", "localhost", "127.0.0.1:*"]
)
@pytest.mark.parametrize("version", ["2025-11-25", "2026-07-28"])
async def test_a_page_that_rebinds_its_name_to_this_machine_is_turned_away(url: str, host: str, version: str) -> None:
    assert (await post(url, Host=host, MCP_Protocol_Version=version)).status_code == 421


@pytest.mark.parametrize("origin", ["http://evil.example.com", "null", "https://crm.example.com"])
async def test_scripts_of_other_pages_are_turned_away(url: str, origin: str) -> None:
    assert (await post(url, Origin=origin)).status_code == 403


async def test_scripts_of_a_listed_page_may_call(url: str) -> None:
    assert (await post(url, Origin=f"https://{LISTED}")).status_code == 200


async def test_a_body_beyond_the_limit_is_not_read(url: str) -> None:
    assert (await post(url, b" " * (BODY_LIMIT + 1))).status_code == 413
    assert (await post(url, b'"' + b" " * BODY_LIMIT + b'"')).status_code == 413


@pytest.mark.parametrize("body", [b"{", b"[]", b'{"jsonrpc": "2.0"}', b'{"jsonrpc": "2.0", "id": 1, "method": 5}'])
async def test_a_call_that_is_no_call_is_an_error_of_the_protocol(url: str, body: bytes) -> None:
    response = await post(url, body)
    assert response.status_code == 400
    assert response.json()["error"]["code"] in (-32700, -32600, -32602)


@pytest.mark.parametrize(
    "arguments",
    [
        b'{"a": "\\ud800"}',
        b'{"a": "\\u0000"}',
        b'{"a": NaN}',
        b'{"a": 1e999}',
        b'{"a": 1, "a": 2}',
        b'{"a": "\xff"}',
        b"[" * 100_000,
    ],
    ids=range(7),
)
async def test_a_call_in_broken_json_is_refused_in_one_sentence(url: str, arguments: bytes) -> None:
    response = await post(url, b'{"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": %b}' % arguments)
    assert response.status_code == 400
    assert response.json()["error"]["code"] == -32700
    assert "Traceback" not in response.text


async def test_a_taken_port_is_told_with_what_to_do(url: str, annas: Host) -> None:
    with pytest.raises(BadInput, match=r"is not available: .+ Choose another"):
        async with serving(lambda _: http_app(annas.server, token=TOKEN, names=[]), host="127.0.0.1", port=_port(url)):
            raise AssertionError("it listens")


async def test_after_the_block_nobody_listens(annas: Host) -> None:
    async with served(annas) as url:
        assert (await post(url)).status_code == 200
    with pytest.raises(httpx.ConnectError):
        await post(url)


def _port(url: str) -> int:
    port = httpx.URL(url).port
    assert port is not None
    return port

"""A server of ours behind our own HTTP stack, as the conformance suite can reach it.

The suite knows no tokens, so it speaks to a proxy that adds ours and changes nothing else: what answers is the served stack.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
from aiohttp import web
from mcp.server import MCPServer

from integrations.mcp_servers.asgi_server import serving
from integrations.mcp_servers.http import PATH, http_app, loopback_names

TOKEN = "conformance-conformance-conformance"
_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length"}


@asynccontextmanager
async def reachable(server: MCPServer) -> AsyncIterator[str]:
    """The address of a proxy before the served stack; both have the same port in `Host`, so that its check is met."""
    runner = web.ServerRunner(web.Server(lambda request: _passed_on(request)))
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = int(runner.addresses[0][1])
    names = loopback_names(port)
    try:
        async with (
            serving(lambda _: http_app(server, token=TOKEN, names=names), host="127.0.0.1", port=0) as url,
            aiohttp.ClientSession(auto_decompress=False) as session,
        ):

            async def _passed_on(request: web.BaseRequest) -> web.StreamResponse:
                headers = [(name, value) for name, value in request.headers.items() if name.lower() not in _HOP]
                async with session.request(
                    request.method,
                    url + request.path_qs,
                    headers=[*headers, ("Authorization", f"Bearer {TOKEN}")],
                    data=await request.read(),
                ) as answer:
                    kept = [(name, value) for name, value in answer.headers.items() if name.lower() not in _HOP]
                    response = web.StreamResponse(status=answer.status, headers=dict(kept))
                    await response.prepare(request)
                    async for part in answer.content.iter_any():
                        await response.write(part)
                    await response.write_eof()
                    return response

            yield f"http://127.0.0.1:{port}{PATH}"
    finally:
        await runner.cleanup()

"""An MCP server on streamable HTTP: who comes in, by which names it is called, and how much it reads of a request.

A request passes, in this order, the token, the size, the names it was addressed by (a web page that rebinds its own name to this
machine calls it by another) and only then the protocol. Nothing is kept between two requests, so any number of processes
may stand behind one address. Source: modelcontextprotocol.io/specification/2025-11-25/basic/transports, RFC 6750.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from hashlib import sha256

import structlog
from mcp.server import MCPServer
from mcp.server.transport_security import TransportSecuritySettings
from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from integrations.loopback import LOOPBACK

log = structlog.get_logger()

PATH = "/mcp"
BODY_LIMIT = 256 * 1024  # bytes; our longest arguments take some hundred


def http_app(server: MCPServer, *, token: str, names: Iterable[str]) -> ASGIApp:
    """The server as an ASGI application at `PATH`, for those who hold the token.

    `names` are the values of `Host` that it answers to, each with its port where that is not the scheme's own; pages of
    these names are the only ones whose scripts may call it.
    """
    known = list(names)
    security = TransportSecuritySettings(
        enable_dns_rebinding_protection=True,
        allowed_hosts=known,
        allowed_origins=[f"{scheme}://{name}" for scheme in ("http", "https") for name in known],
    )
    app = server.streamable_http_app(
        streamable_http_path=PATH,
        stateless_http=True,
        max_request_body_size=BODY_LIMIT,
        transport_security=security,
    )
    return BearerGuard(app, token)


def loopback_names(port: int) -> tuple[str, ...]:
    """What this machine calls itself when it serves on this port."""
    return tuple(f"{f'[{name}]' if ':' in name else name}:{port}" for name in sorted(LOOPBACK))


class BearerGuard:
    """Lets a request through that carries the token, and answers any other with 401 before it is read any further.

    The SDK's own guard belongs to an OAuth server; this one knows a single token and compares it in constant time.
    """

    def __init__(self, app: ASGIApp, token: str) -> None:
        self._app = app
        self._expected = _digest(token)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).getlist("authorization")
        if len(given) == 1 and self._matches(given[0]):
            await self._app(scope, receive, send)
            return
        log.warning("mcp.refused", reason="another token" if given else "no token")
        await _refusal(bool(given))(scope, receive, send)

    def _matches(self, authorization: str) -> bool:
        scheme, _, token = authorization.partition(" ")
        return scheme.casefold() == "bearer" and hmac.compare_digest(_digest(token.strip()), self._expected)


def _digest(token: str) -> bytes:
    """Of one length for every token, so that comparing two does not tell how long the right one is."""
    return sha256(token.encode("utf-8", "surrogateescape")).digest()


def _refusal(presented: bool) -> JSONResponse:
    challenge = 'Bearer realm="sergas"' + (', error="invalid_token"' if presented else "")
    said = "Send the server's token as “Authorization: Bearer …”; whoever runs the server has it."
    return JSONResponse({"error": said}, status_code=401, headers={"WWW-Authenticate": challenge})

"""An MCP server on streamable HTTP: checks the token, the addressed name and the size of each request.

A request passes, in this order, the token, the size, our reader of JSON, the names it was addressed by (a web page that rebinds its
own name to this machine uses a different one) and only then the protocol. The server keeps no state between requests, so several
processes can serve one address. Source: modelcontextprotocol.io/specification/2025-11-25/basic/transports, RFC 6750.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from hashlib import sha256

import structlog
from mcp.server import MCPServer
from mcp.server.transport_security import TransportSecuritySettings
from mcp_types import PARSE_ERROR
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from integrations.loopback import LOOPBACK
from store.domain.text.outside_json import NotJson, read_json

log = structlog.get_logger()

PATH = "/mcp"
BODY_LIMIT = 256 * 1024  # bytes; our longest arguments take a few hundred


def http_app(server: MCPServer, *, token: str, names: Iterable[str]) -> ASGIApp:
    """The server as an ASGI application at `PATH`, for holders of the token.

    `names` are the accepted values of `Host`, each with its port unless that is the scheme's default; only scripts on pages
    of these names may call it.
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
    return BearerGuard(WholeJson(app), token)


def loopback_names(port: int) -> tuple[str, ...]:
    """This machine's names when it serves on this port."""
    return tuple(f"{f'[{name}]' if ':' in name else name}:{port}" for name in sorted(LOOPBACK))


class BearerGuard:
    """Admits requests that carry the token, and answers any other with 401 before reading further.

    The SDK's own guard belongs to an OAuth server; this one has a single token and compares it in constant time.
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


class WholeJson:
    """Reads a request's body within the limit and strictly, before the protocol sees any of it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "POST":
            await self._app(scope, receive, send)
            return
        try:
            body = await _read(Request(scope, receive))
            read_json(body, most=BODY_LIMIT)
        except ClientDisconnect:
            return
        except _TooLarge:
            await JSONResponse({"error": "The request is too large."}, status_code=413)(scope, receive, send)
        except NotJson as exc:
            wrong = {"code": PARSE_ERROR, "message": str(exc)}
            await JSONResponse({"jsonrpc": "2.0", "id": None, "error": wrong}, status_code=400)(scope, receive, send)
        else:
            await self._app(scope, _again(body, receive), send)


class _TooLarge(Exception): ...


async def _read(request: Request) -> bytes:
    """Raises: _TooLarge, ClientDisconnect."""
    claimed = request.headers.get("content-length", "0")
    if not claimed.isdecimal() or len(claimed) > 12 or int(claimed) > BODY_LIMIT:
        raise _TooLarge
    pieces: list[bytes] = []
    held = 0
    async for piece in request.stream():
        pieces.append(piece)
        if (held := held + len(piece)) > BODY_LIMIT:
            raise _TooLarge
    return b"".join(pieces)


def _again(body: bytes, receive: Receive) -> Receive:
    """Replays the body, which was read already, then reads on."""
    left = [{"type": "http.request", "body": body, "more_body": False}]

    async def replayed() -> Message:
        return left.pop() if left else await receive()

    return replayed


def _digest(token: str) -> bytes:
    """Hash a token to a fixed length, so that the time of a comparison doesn't reveal the length of the right one."""
    return sha256(token.encode("utf-8", "surrogateescape")).digest()


def _refusal(presented: bool) -> JSONResponse:
    challenge = 'Bearer realm="sergas"' + (', error="invalid_token"' if presented else "")
    said = "Send the server's token as “Authorization: Bearer …”; the server's operator has it."
    return JSONResponse({"error": said}, status_code=401, headers={"WWW-Authenticate": challenge})

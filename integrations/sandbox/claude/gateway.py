"""Checks around every call of the sandbox: id, key, version, size, and errors in the API's shape."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from secrets import token_hex

import structlog
from aiohttp import web

from integrations.sandbox.claude.betas import read_betas
from integrations.sandbox.claude.errors import Refusal, invalid, not_found
from integrations.sandbox.claude.limits import RateLimits

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

REQUEST_ID = web.RequestKey("request_id", str)
BETAS = web.RequestKey[frozenset[str]]("betas", frozenset)
LARGEST = 32 * 2**20  # bytes per request
LARGEST_BATCH = 256 * 2**20
ORGANIZATION = "00000000-0000-4000-8000-0000005e65a5"
_VERSIONS = frozenset({"2023-06-01", "2026-10-21"})  # both follow the rules of the newer one

log = structlog.get_logger()


class Gateway:
    """`arrived` counts all calls that came, whatever their outcome."""

    def __init__(self, api_key: str, limits: RateLimits) -> None:
        self._api_key = api_key
        self._limits = limits
        self.arrived = 0

    @web.middleware
    async def pass_through(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        self.arrived += 1
        request[REQUEST_ID] = f"req_{token_hex(12)}"
        try:
            self._check(request)
            return await handler(request)
        except Refusal as refusal:
            return refused(request, refusal)
        except web.HTTPRequestEntityTooLarge:
            return refused(request, too_large())
        except web.HTTPNotFound:
            return refused(request, not_found("Not Found"))
        except web.HTTPMethodNotAllowed:
            return refused(request, Refusal(405, "Method Not Allowed"))

    async def sign(self, request: web.Request, response: web.StreamResponse) -> None:
        """Add the headers of every answer, including streams."""
        response.headers.update(self._headers(request))

    def _check(self, request: web.Request) -> None:
        _check_key(request, self._api_key)
        version = request.headers.get("anthropic-version")
        if version is None:
            raise invalid("anthropic-version: header is required")
        if version not in _VERSIONS:
            raise invalid(f'anthropic-version: "{version}" is not a valid version')
        request[BETAS] = read_betas(request.headers.getall("anthropic-beta", []))
        largest = LARGEST_BATCH if request.path.endswith("/batches") else LARGEST
        if (request.content_length or 0) > largest:
            raise too_large()

    def _headers(self, request: web.Request) -> Mapping[str, str]:
        own = {"request-id": request.get(REQUEST_ID, ""), "anthropic-organization-id": ORGANIZATION}
        return {**own, **self._limits.headers()}


def _check_key(request: web.Request, key: str) -> None:
    """Accept the key in `x-api-key`, the old way, or as a bearer token, like today's SDK."""
    given = request.headers.get("x-api-key")
    bearer = request.headers.get("Authorization", "")
    if given is None and not bearer:
        raise Refusal(401, "x-api-key header is required")
    if given is not None and given != key:
        raise Refusal(401, "invalid x-api-key")
    if given is None and bearer != f"Bearer {key}":
        raise Refusal(401, "Invalid bearer token")


def refused(request: web.Request, refusal: Refusal) -> web.Response:
    log.debug("sandbox.claude.refused", path=request.path, status=refusal.status, message=refusal.message)
    return web.json_response(
        refusal.body(request.get(REQUEST_ID)), status=refusal.status, headers=dict(refusal.headers)
    )


def too_large() -> Refusal:
    return Refusal(413, "Request exceeds the maximum size")


def hung_up(request: web.Request) -> web.Response:
    """Break the connection: the response returned here reaches no one."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()

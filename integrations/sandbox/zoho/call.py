"""Shared by every route: request keys for the gateway, and functions that read a request."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from aiohttp import web

from integrations.sandbox.history import Json
from integrations.sandbox.zoho.errors import ZohoRefusal
from integrations.sandbox.zoho.values import seconds
from store.domain.text.outside_json import NotJson, read_json

CREDITS = web.RequestKey("credits", int)
# Zoho's contract puts some refusals under `data`; everywhere else they are the whole body.
WRAPPED = web.RequestKey("wrapped", bool)
BODY_LIMIT = 32 << 20  # bytes
CheckScope = Callable[[web.Request, str], None]


def answer(body: Mapping[str, Any] | None, since: int | None = None) -> web.Response:
    """Answer 204 if nothing was found, 304 if nothing is newer than `If-Modified-Since`. Neither has a body."""
    if body is None:
        return web.Response(status=204 if since is None else 304)
    return web.json_response(body)


def written(status: int, body: Mapping[str, Any]) -> web.Response:
    return web.json_response(body, status=status)


async def json_body(request: web.Request) -> Json:
    """Return a request's JSON whatever its Content-Type: the official SDK sends none. Raises: ZohoRefusal."""
    try:
        parsed: Json = read_json(await request.read(), most=BODY_LIMIT)
    except NotJson as exc:
        raise ZohoRefusal("INVALID_DATA", "body", {"expected_data_type": "jsonobject"}) from exc
    return parsed


def moment(request: web.Request, header: str) -> int | None:
    """Parse a header such as `2025-06-01T08:00:00+00:00`. Raises: ZohoRefusal for anything but a time with an offset."""
    text = request.headers.get(header)
    if text is None:
        return None
    try:
        return seconds(text)
    except (TypeError, ValueError) as exc:
        raise ZohoRefusal(
            "INVALID_DATA", "invalid data", {"header_name": header, "expected_data_type": "datetime"}
        ) from exc


def since(request: web.Request) -> int | None:
    return moment(request, "If-Modified-Since")

"""What every route shares: marks that it leaves on a request for the gateway, and how a request is read."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from aiohttp import web

from integrations.sandbox.history import Json
from integrations.sandbox.zoho.errors import ZohoRefusal
from integrations.sandbox.zoho.values import seconds

CREDITS = web.RequestKey("credits", int)
# Where Zoho's contract has refusals under `data`; everywhere else they are the whole body.
WRAPPED = web.RequestKey("wrapped", bool)
CheckScope = Callable[[web.Request, str], None]


def answer(body: Mapping[str, Any] | None, since: int | None = None) -> web.Response:
    """Nothing found is 204; nothing newer than `If-Modified-Since` is 304. Neither has a body."""
    if body is None:
        return web.Response(status=204 if since is None else 304)
    return web.json_response(body)


def written(status: int, body: Mapping[str, Any]) -> web.Response:
    return web.json_response(body, status=status)


async def json_body(request: web.Request) -> Json:
    """The JSON of a request whatever its Content-Type: the official SDK sends none. Raises: ZohoRefusal."""
    try:
        parsed: Json = json.loads(await request.read())
    except (ValueError, RecursionError) as exc:
        raise ZohoRefusal("INVALID_DATA", "body", {"expected_data_type": "jsonobject"}) from exc
    return parsed


def moment(request: web.Request, header: str) -> int | None:
    """A header such as `2025-06-01T08:00:00+00:00`. Raises: ZohoRefusal where it is no time with an offset."""
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

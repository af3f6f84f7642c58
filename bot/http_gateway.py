"""Signed HTTP: the door for Slack's requests where Socket Mode is not used.

The signature is checked on the raw bytes before anything is parsed, and what is malformed is refused before Bolt sees it:
Bolt's own parsing runs ahead of its signature check and fails with a 500.
https://docs.slack.dev/authentication/verifying-requests-from-slack
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import time
from collections.abc import Mapping
from typing import Annotated, Any
from urllib.parse import parse_qsl

import structlog
from aiohttp import web
from annotated_types import MinLen
from pydantic import BaseModel, ConfigDict, JsonValue
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest

log = structlog.get_logger()
BODY_LIMIT = 1 << 20
WINDOW_SECONDS = 300
_TIMESTAMP = re.compile(r"[0-9]{1,12}")
_SIGNATURE = re.compile(r"v0=[0-9a-f]{64}")
_JSON, _FORM = "application/json", "application/x-www-form-urlencoded"
_PASSED_ON = ("X-Slack-Request-Timestamp", "X-Slack-Signature", "X-Slack-Retry-Num", "X-Slack-Retry-Reason")
_Object = dict[str, JsonValue]


def build_gateway(app: AsyncApp, *, signing_secret: str, path: str = "/slack/events") -> web.Application:
    """One address for events, interactions and commands, and `/healthz`."""

    async def receive(request: web.Request) -> web.Response:
        raw = await request.read()
        check_signature(raw, request.headers, signing_secret=signing_secret, now=time.time())
        text, body = _parse(raw, request.content_type)
        if "ssl_check" in body:
            return web.Response()
        if body.get("type") == "url_verification":
            return web.json_response({"challenge": str(body.get("challenge", ""))})
        return await to_aiohttp_response(await app.async_dispatch(_bolt_request(text, request)))

    gateway = web.Application(client_max_size=BODY_LIMIT)
    gateway.router.add_post(path, receive)
    gateway.router.add_get("/healthz", _healthy)
    return gateway


def check_signature(raw: bytes, headers: Mapping[str, str], *, signing_secret: str, now: float) -> None:
    """Raises: HTTPUnauthorized unless the bytes carry a signature of ours that is at most five minutes old."""
    stamp, signature = headers.get("X-Slack-Request-Timestamp", ""), headers.get("X-Slack-Signature", "")
    if not _TIMESTAMP.fullmatch(stamp) or not _SIGNATURE.fullmatch(signature):
        raise _unauthorized("malformed")
    if abs(now - int(stamp)) > WINDOW_SECONDS:
        raise _unauthorized("stale")
    expected = (
        "v0=" + hmac.new(signing_secret.encode(), b"v0:%b:%b" % (stamp.encode(), raw), hashlib.sha256).hexdigest()
    )
    if not hmac.compare_digest(expected, signature):
        raise _unauthorized("wrong")


class _Named(BaseModel):
    model_config = ConfigDict(extra="allow", strict=True)

    id: str | None = None
    team_id: str | None = None


class _Action(BaseModel):
    model_config = ConfigDict(extra="allow", strict=True)

    action_id: str
    block_id: str | None = None
    value: str | None = None


class _View(BaseModel):
    model_config = ConfigDict(extra="allow", strict=True)

    type: str | None = None
    callback_id: str | None = None
    private_metadata: str | None = None
    state: _Object | None = None
    app_installed_team_id: str | None = None


class _Payload(BaseModel):
    """The parts of a payload that Bolt reads before any listener, in the only shapes it can read them."""

    model_config = ConfigDict(extra="allow", strict=True)

    type: str | None = None
    command: str | None = None
    callback_id: str | None = None
    team_id: str | None = None
    user_id: str | None = None
    trigger_id: str | None = None
    event_id: str | None = None
    response_url: str | None = None
    team: _Named | None = None
    user: _Named | None = None
    channel: _Named | None = None
    message: _Object | None = None
    container: _Object | None = None
    enterprise: _Named | None = None
    event: _Object = {}
    view: _View = _View()
    actions: Annotated[list[_Action], MinLen(1)] = []
    authorizations: list[_Object] = []
    response_urls: list[_Object] = []
    function_data: _Object = {}


def _parse(raw: bytes, content_type: str) -> tuple[str, dict[str, Any]]:
    """The body as text and as an object. Raises: HTTPBadRequest for anything Slack would not send."""
    if content_type not in (_JSON, _FORM):
        raise _bad("I take JSON and forms only.")
    try:
        text = raw.decode("utf-8", errors="strict")
        body = json.loads(text) if content_type == _JSON else _form(text)
        _Payload.model_validate(body)
    except (ValueError, RecursionError) as exc:
        raise _bad("The body is malformed.") from exc
    return text, body


def _form(text: str) -> Any:
    """An interaction's `payload`, or a command's own fields. Raises: ValueError."""
    fields = parse_qsl(text, keep_blank_values=True, strict_parsing=True, errors="strict", max_num_fields=100)
    named = dict(fields)
    if len(named) != len(fields):
        raise ValueError("a field stands twice")
    return json.loads(named["payload"]) if "payload" in named else named


def _bolt_request(text: str, request: web.Request) -> AsyncBoltRequest:
    headers = {name: request.headers[name] for name in _PASSED_ON if name in request.headers}
    try:
        return AsyncBoltRequest(body=text, headers={**headers, "Content-Type": request.content_type})
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as exc:
        raise _bad("The body has a shape I do not know.") from exc


async def _healthy(_request: web.Request) -> web.Response:
    return web.json_response({"ok": True})


def _unauthorized(why: str) -> web.HTTPUnauthorized:
    log.warning("slack.signature_refused", why=why)
    return web.HTTPUnauthorized(text="The signature does not fit.")


def _bad(why: str) -> web.HTTPBadRequest:
    return web.HTTPBadRequest(text=why)

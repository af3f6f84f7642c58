"""The HTTP server for Slack's signed requests (without Socket Mode) and for Zoho's change notifications.

The cheapest checks come first, and the signature of the raw bytes is verified before any parsing: Bolt parses before its own
signature check and fails with a 500. docs/operating.md lists the checks in their order, with the status of each.
https://docs.slack.dev/authentication/verifying-requests-from-slack
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import logging
import re
import time
from enum import Enum
from functools import partial

import structlog
from aiohttp import hdrs, web
from multidict import CIMultiDictProxy
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest

from bot.inbound.payload import FORM, JSON, read_payload
from bot.inbound.zoho_changes import ChangesHeard, Forged, Malformed
from integrations.doors.keeper import Doorkeeper
from integrations.doors.limits import DOOR, DoorLimits
from integrations.doors.on_aiohttp import GuardedServer, body_of, quiet_logger

log = structlog.get_logger()
PATH, HEALTH_PATH, CHANGES_PATH = "/slack/events", "/healthz", "/zoho/changes"
BODY_LIMIT = 1 << 20
WINDOW_SECONDS = 300
READ_SECONDS = 3.0  # Slack gives up on a request after this time
IDLE_SECONDS = 75.0  # longer than load balancers keep a connection, so that they end it
LINGER_SECONDS = 1.0  # how long to read on after refusing a body, so that the sender can read the answer
SHUTDOWN_SECONDS = 5.0  # requests in flight are answered within three seconds, or no one waits for the answer
_STAMP, _SIGNATURE = "X-Slack-Request-Timestamp", "X-Slack-Signature"
_STAMPED = re.compile(r"[1-9][0-9]{0,11}")
_SIGNED = re.compile(r"v0=[0-9a-f]{64}")
_ALLOWED = {
    PATH: (hdrs.METH_POST,),
    CHANGES_PATH: (hdrs.METH_POST,),
    HEALTH_PATH: (hdrs.METH_GET, hdrs.METH_HEAD),
}


class Refusal(Enum):
    """The reasons for refusing a request, in the order of the checks, each with its status."""

    PATH = ("path", 404)
    METHOD = ("method", 405)
    UNSIGNED = ("unsigned", 401)
    STALE = ("stale", 401)
    MEDIA_TYPE = ("media type", 415)
    TOO_LARGE = ("too large", 413)
    TOO_SLOW = ("too slow", 408)
    BROKEN_OFF = ("broken off", 400)
    FORGED = ("forged", 401)
    MALFORMED = ("malformed", 400)


def build_gateway(
    app: AsyncApp | None,
    *,
    signing_secret: str,
    changes: ChangesHeard | None = None,
    read_seconds: float = READ_SECONDS,
    idle_seconds: float = IDLE_SECONDS,
    limits: DoorLimits = DOOR,
) -> web.ServerRunner:
    """One address for events, interactions and commands, one for Zoho's changes, and `/healthz` for a load balancer. Call
    `setup`, then give it a site. Without an app or `changes`, its address doesn't exist.

    `read_seconds` is how long a body may take to arrive, `idle_seconds` how long a connection may stay open without a request.
    """

    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        try:
            path = _wanted_path(request, slack=app is not None, zoho=changes is not None)
            if path == HEALTH_PATH:
                return web.json_response({"ok": True}, headers={hdrs.CACHE_CONTROL: "no-store"})
            if changes is not None and path == CHANGES_PATH:
                return _heard(changes, await _body(request, read_seconds))
            assert app is not None
            raw = await _signed_body(request, signing_secret=signing_secret, read_seconds=read_seconds)
            return await _dispatched(app, request, raw)
        except _Refused as refused:
            return _refusal(request, refused)

    server = GuardedServer(
        answer,
        keeper=Doorkeeper("bot", limits),
        serves_well=lambda request, status: status < 400 and _path(request) != HEALTH_PATH,  # which anyone may ask
        request_factory=partial(_Request, loop=asyncio.get_running_loop(), client_max_size=BODY_LIMIT),
        auto_decompress=False,  # the signature covers the raw bytes
        keepalive_timeout=idle_seconds,
        lingering_time=LINGER_SECONDS,
        access_log=None,
        logger=quiet_logger(f"{__name__}.server"),
    )
    return web.ServerRunner(server, shutdown_timeout=SHUTDOWN_SECONDS)


def _check_headers(headers: CIMultiDictProxy[str], *, now: float) -> tuple[str, str]:
    """The timestamp and the signature, exactly one each. Raises: _Refused UNSIGNED, STALE."""
    stamps, signatures = headers.getall(_STAMP, []), headers.getall(_SIGNATURE, [])
    if len(stamps) != 1 or len(signatures) != 1:
        raise _Refused(Refusal.UNSIGNED)
    if not _STAMPED.fullmatch(stamps[0]) or not _SIGNED.fullmatch(signatures[0]):
        raise _Refused(Refusal.UNSIGNED)
    if abs(now - int(stamps[0])) > WINDOW_SECONDS:
        raise _Refused(Refusal.STALE)
    return stamps[0], signatures[0]


def _check_signature(raw: bytes, stamp: str, signature: str, *, signing_secret: str) -> None:
    """Raises: _Refused FORGED unless the signature matches these bytes and our secret."""
    signed = b"v0:%b:%b" % (stamp.encode(), raw)
    expected = "v0=" + hmac.new(signing_secret.encode(), signed, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(expected, signature):
        raise _Refused(Refusal.FORGED)


def _wanted_path(request: web.BaseRequest, *, slack: bool, zoho: bool) -> str:
    """The address of this request. Raises: _Refused PATH, METHOD.

    Addresses are compared literally: a different spelling is a different address.
    """
    path = _path(request)
    if path not in _ALLOWED or (path == PATH and not slack) or (path == CHANGES_PATH and not zoho):
        raise _Refused(Refusal.PATH)
    if request.method not in _ALLOWED[path]:
        raise _Refused(Refusal.METHOD)
    return path


def _heard(changes: ChangesHeard, raw: bytes) -> web.Response:
    """Raises: _Refused FORGED, MALFORMED."""
    try:
        changes(raw)
    except Forged as exc:
        raise _Refused(Refusal.FORGED) from exc
    except Malformed as exc:
        raise _Refused(Refusal.MALFORMED) from exc
    return web.Response()


def _path(request: web.BaseRequest) -> str:
    return request.raw_path.partition("?")[0]


async def _signed_body(request: web.BaseRequest, *, signing_secret: str, read_seconds: float) -> bytes:
    """The body, with a valid signature. Raises: _Refused."""
    stamp, signature = _check_headers(request.headers, now=time.time())
    types = request.headers.getall(hdrs.CONTENT_TYPE, [])
    encoding = request.headers.get(hdrs.CONTENT_ENCODING, "identity")
    if len(types) != 1 or request.content_type not in (JSON, FORM) or encoding.lower() != "identity":
        raise _Refused(Refusal.MEDIA_TYPE)
    raw = await _body(request, read_seconds)
    _check_signature(raw, stamp, signature, signing_secret=signing_secret)
    return raw


async def _body(request: web.BaseRequest, read_seconds: float) -> bytes:
    """Read within the limits of size and time. Raises: _Refused TOO_LARGE, TOO_SLOW, BROKEN_OFF."""
    if (request.content_length or 0) > BODY_LIMIT:
        raise _Refused(Refusal.TOO_LARGE)
    try:
        async with asyncio.timeout(read_seconds):
            return await body_of(request, most=BODY_LIMIT)
    except web.HTTPRequestEntityTooLarge as exc:
        raise _Refused(Refusal.TOO_LARGE) from exc
    except TimeoutError as exc:
        raise _Refused(Refusal.TOO_SLOW) from exc
    except (web.RequestPayloadError, ConnectionError) as exc:
        raise _Refused(Refusal.BROKEN_OFF) from exc


async def _dispatched(app: AsyncApp, request: web.BaseRequest, raw: bytes) -> web.StreamResponse:
    """Raises: _Refused MALFORMED."""
    try:
        body = read_payload(raw, request.content_type)
    except ValueError as exc:
        raise _Refused(Refusal.MALFORMED) from exc
    if "ssl_check" in body:
        return web.Response()
    if body.get("type") == "url_verification":
        return web.json_response({"challenge": body.get("challenge") or ""})
    # A payload handed over as an object is neither parsed nor verified again. Bolt's own parsing differs from the one that was
    # checked: a command with the word “payload” in its text, for one, is an empty request to it.
    asked = AsyncBoltRequest(body=body, mode="socket_mode")
    return await to_aiohttp_response(await app.async_dispatch(asked))


def _refusal(request: web.BaseRequest, refused: _Refused) -> web.Response:
    log.log(logging.WARNING if refused.status == 401 else logging.INFO, "http.refused", why=refused.why)
    headers = {hdrs.ALLOW: ", ".join(_ALLOWED[_path(request)])} if refused.status == 405 else {}
    return web.Response(status=refused.status, headers=headers)


class _Refused(Exception):
    def __init__(self, refusal: Refusal) -> None:
        self.why, self.status = refusal.value
        super().__init__(self.why)


class _Request(web.BaseRequest):
    """A site whose answers don't reveal the server software."""

    async def _prepare_hook(self, response: web.StreamResponse) -> None:
        response.headers.popall(hdrs.SERVER, None)

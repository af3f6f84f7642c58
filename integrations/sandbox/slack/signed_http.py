"""Signed HTTP: payloads posted to the app's request URL (https://docs.slack.dev/authentication/verifying-requests-from-slack)."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from urllib.parse import urlencode

import aiohttp

from integrations.sandbox.slack.courier import Parcel, Receipt
from integrations.sandbox.slack.installation import Json

USER_AGENT = "Slackbot 1.0 (+https://api.slack.com/robots)"
FORM = "application/x-www-form-urlencoded"


class SignedHttp:
    """Posts to `request_url`, which may be set after the app is up."""

    def __init__(self, signing_secret: str, *, request_url: str | None, ack_timeout: float) -> None:
        self.request_url = request_url
        self._secret = signing_secret
        self._timeout = aiohttp.ClientTimeout(total=ack_timeout)

    async def carry(self, parcel: Parcel) -> Receipt:
        """Post one payload; only 200 in time is an acknowledgement."""
        if self.request_url is None:
            return Receipt(acknowledged=False, reason="connection_failed")
        body, content_type = _body(parcel)
        headers = {
            "Content-Type": content_type,
            "User-Agent": USER_AGENT,
            **self.signature(body),
            **_retry_headers(parcel),
        }
        try:
            async with (
                aiohttp.ClientSession(timeout=self._timeout) as session,
                session.post(self.request_url, data=body, headers=headers) as answer,
            ):
                return _receipt(answer, await answer.text())
        except TimeoutError:
            return Receipt(acknowledged=False, reason="http_timeout")
        except aiohttp.ClientError:
            return Receipt(acknowledged=False, reason="connection_failed")

    def signature(self, body: bytes) -> dict[str, str]:
        """Return Slack's v0 signature. It carries the real time, because the verifying library checks the real clock."""
        timestamp = str(int(time.time()))
        digest = hmac.new(self._secret.encode(), b"v0:" + timestamp.encode() + b":" + body, hashlib.sha256).hexdigest()
        return {"X-Slack-Request-Timestamp": timestamp, "X-Slack-Signature": f"v0={digest}"}


def _body(parcel: Parcel) -> tuple[bytes, str]:
    if parcel.kind == "events_api":
        return json.dumps(parcel.payload).encode(), "application/json"
    if parcel.kind == "interactive":
        return urlencode({"payload": json.dumps(parcel.payload)}).encode(), FORM
    return urlencode(parcel.payload).encode(), FORM


def _retry_headers(parcel: Parcel) -> dict[str, str]:
    if parcel.attempt == 0:
        return {}
    return {"X-Slack-Retry-Num": str(parcel.attempt), "X-Slack-Retry-Reason": parcel.reason or "unknown_error"}


def _receipt(answer: aiohttp.ClientResponse, text: str) -> Receipt:
    if answer.status != 200:
        refused = answer.headers.get("X-Slack-No-Retry") == "1"
        return Receipt(acknowledged=False, reason="no_retry" if refused else "http_error")
    if not text.strip():
        return Receipt(acknowledged=True)
    if answer.content_type != "application/json":
        return Receipt(acknowledged=True, payload={"text": text})
    try:
        payload: Json = json.loads(text)
    except ValueError:
        return Receipt(acknowledged=False, reason="http_error")
    return Receipt(acknowledged=True, payload=payload)
